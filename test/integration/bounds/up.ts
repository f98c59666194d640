import { setTimeout } from 'node:timers/promises';
import { longhand, type Command } from '../../support/longhand.ts';

/** Milliseconds until it must be ready. */
const DEADLINE = 60_000;

/** Starts `longhand up` on a home; resolves when its workers take work. Ends with the home. */
export async function startUp(home: string): Promise<Command> {
  const up = longhand(home, ['up']);
  await Promise.race([
    new Promise<void>((resolve) =>
      up.process.stderr?.on('data', () => up.stderr().includes('Ready') && resolve()),
    ),
    up.outcome.then(({ stderr }) =>
      Promise.reject(new Error(`Expected it to keep running, but it ended: ${stderr}`)),
    ),
    setTimeout(DEADLINE, null, { ref: false }).then(() =>
      Promise.reject(new Error(`Expected it to be ready within ${DEADLINE} ms, got: ${up.stderr()}`)),
    ),
  ]);
  return up;
}

/** `host:port` of the Temporal server it runs. */
export function addressOf(up: Command): string {
  const [, address] = /server at (\S+),/.exec(up.stderr()) ?? [];
  if (!address) throw new Error(`Expected it to name its server, got: ${up.stderr()}`);
  return address;
}
