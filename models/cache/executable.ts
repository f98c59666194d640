import { execFile } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Milliseconds a program gets to answer. */
const PATIENCE_MS = 15_000;

/** The first file called `name` in the folders of `PATH` that may be run; null where there is none. */
export async function findOnPath(name: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder !== '' && (await isRunnable(path))) return path;
  }
  return null;
}

async function isRunnable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Why the program at `path`, run with `args`, does not print what `expected` matches; null where it does. */
export async function whyUnusable(
  path: string,
  args: readonly string[],
  expected: RegExp,
): Promise<string | null> {
  return await new Promise((resolve) => {
    const options = { timeout: PATIENCE_MS, killSignal: 'SIGKILL', encoding: 'utf8' } as const;
    const child = execFile(path, args, options, (error, stdout) => {
      if (expected.test(stdout)) resolve(null);
      else if (error === null) resolve(`${path} does not answer ${args.join(' ')} as expected`);
      else resolve(`${path} does not run (${error.signal ?? error.code ?? error.message})`);
    });
    child.stdin?.end();
  });
}
