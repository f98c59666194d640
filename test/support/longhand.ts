import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { MAIN } from './root.ts';

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds from the command to its end. */
  readonly took: number;
}

export interface Command {
  readonly process: ChildProcess;
  /** What it has written to standard error so far. */
  readonly stderr: () => string;
  readonly outcome: Promise<Outcome>;
}

/** Starts the built `longhand` command on a home, as a user would. `main`: that of another build. */
export function longhand(
  home: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  main = MAIN,
): Command {
  const started = performance.now();
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...env, LONGHAND_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const outcome = once(child, 'close').then(([status]) => ({
    status: status as number | null,
    stdout,
    stderr,
    took: performance.now() - started,
  }));
  return { process: child, stderr: () => stderr, outcome };
}
