import { longhand, type Command } from '../../support/longhand.ts';

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
  ]);
  return up;
}

/** `host:port` of the Temporal server it runs. */
export function addressOf(up: Command): string {
  const [, address] = /server at (\S+),/.exec(up.stderr()) ?? [];
  if (!address) throw new Error(`Expected it to name its server, got: ${up.stderr()}`);
  return address;
}
