import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EXIT } from '../../workflows/errors.ts';
import type { Example } from './example.ts';

/** Milliseconds that an example may take. */
export const TIME_LIMIT = 240_000;
/** Megabytes of heap that each of an example's Node processes may have. */
const HEAP_LIMIT = 1024;
/** Milliseconds between two looks at what a standing command has written. */
const LOOK = 50;

export interface Ended {
  /** Exit status, 130 after Ctrl-C; null where it was killed, as after the limit of time. */
  readonly status: number | null;
  /** Standard output and standard error together. */
  readonly printed: string;
}

/** File name of a `ts` example in its folder. */
export const moduleOf = ({ line }: Example): string => `example-${line}.mts`;

/** Writes a page's `ts` examples into the folder they run in. */
export async function writeModules(examples: readonly Example[], folder: string): Promise<string[]> {
  const modules = examples.filter(({ language }) => language === 'ts');
  await Promise.all(modules.map((example) => writeFile(join(folder, moduleOf(example)), example.code)));
  return modules.map(moduleOf);
}

/** Runs an example in `folder`: a script of Bash that ends at its first failure, or a module. Leaves no process. */
export async function runExample(example: Example, folder: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  const args =
    example.language === 'sh'
      ? ['bash', '-euo', 'pipefail', '-c', example.code]
      : ['node', '--import', 'tsx', moduleOf(example)];
  return runProgram(args, { folder, env, until: example.rule.kind === 'stands' ? example.rule.until : null });
}

/** Runs a program to its end, or until it has written `until`, whereupon it gets Ctrl-C. */
export async function runProgram(
  [program = '', ...args]: readonly string[],
  { folder, env, until }: { folder: string; env: NodeJS.ProcessEnv; until: string | null },
): Promise<Ended> {
  const child = spawn(program, args, {
    cwd: folder,
    env: {
      ...readersEnvironment(),
      ...env,
      NODE_OPTIONS: `--max-old-space-size=${HEAP_LIMIT}`,
      // What is not installed fails, rather than being fetched from strangers.
      npm_config_offline: 'true',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it starts can be ended with it.
    detached: true,
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const closed = once(child, 'close');
  const signalAll = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-(child.pid ?? NaN), signal);
    } catch {
      return;
    }
  };
  const limit = AbortSignal.timeout(TIME_LIMIT);
  limit.addEventListener('abort', () => signalAll('SIGKILL'));
  if (until !== null) {
    while (child.exitCode === null && !limit.aborted && !printed.includes(until)) await setTimeout(LOOK);
    if (printed.includes(until)) signalAll('SIGINT');
  }
  const [status, signal] = await exited;
  signalAll('SIGKILL');
  await closed;
  return { status: signal === 'SIGINT' ? EXIT.interrupted : status, printed };
}

/** The environment without what npm adds for the tests: it would name another project than the example's folder. */
function readersEnvironment(): NodeJS.ProcessEnv {
  const ours = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|INIT_CWD$|NODE_ENV$|VITEST)/.test(name),
  );
  const path = process.env.PATH?.split(':').filter((folder) => !/node_modules|node-gyp-bin/.test(folder));
  return { ...Object.fromEntries(ours), PATH: path?.join(':') };
}
