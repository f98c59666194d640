import { longhand, type Command } from './longhand.ts';
import { until } from './until.ts';

/** Starts `longhand up`; resolves when it is ready. `env`: for it and for all that it starts. */
export async function standing(
  home: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Command> {
  const command = longhand(home, ['up', ...args], env);
  await until(
    () => {
      if (command.process.exitCode === null) return command.stderr().includes('Ready');
      throw new Error(`Expected up to keep running, but it ended: ${command.stderr()}`);
    },
    () => `Expected up to be ready, got: ${command.stderr()}`,
  );
  return command;
}

/** `host:port` of the Temporal server of a standing `up`. */
export function addressOf(up: Command): string {
  const [, address] = /server at (\S+),/.exec(up.stderr()) ?? [];
  if (!address) throw new Error(`Expected it to name its server, got: ${up.stderr()}`);
  return address;
}

/** Resolves when a command with `--json` has said that it is ready; to be called as soon as it is started. */
export async function saysReady({ process, stderr }: Command): Promise<void> {
  let stdout = '';
  process.stdout?.on('data', (text: string) => (stdout += text));
  await until(
    () => stdout.includes('"ready"'),
    () => `Expected it to be ready, got: ${stderr()}`,
  );
}
