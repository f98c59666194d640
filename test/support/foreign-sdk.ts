import { execFile, type ExecFileException } from 'node:child_process';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { acquire } from '../../models/cache/lock.ts';
import { longhandHome } from '../../models/home.ts';
import { ROOT } from './root.ts';

const run = promisify(execFile);

/** The folder of the examples. */
export const EXAMPLES = join(ROOT, 'docs/examples');

/** Milliseconds that fetching and building an SDK may take, once a machine. */
export const FETCH_LIMIT = 300_000;

/** A program that has Temporal's SDK of another language, or why there is none. */
export type ForeignSdk = { readonly path: string } | { readonly missing: string };

/** What an example writes to standard output. Throws how it ended otherwise than well, and all that it wrote. */
export async function outputOf(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  limit: number,
): Promise<string> {
  try {
    // Python alone says nothing of a crash in another's code, unless it is told to.
    const options = { env: { ...process.env, PYTHONFAULTHANDLER: '1', ...env }, timeout: limit };
    return (await run(program, args, options)).stdout;
  } catch (error) {
    const { killed, signal, code, stdout = '', stderr = '' } = error as ExecFileException;
    const how = killed ? `it took more than ${limit} ms` : `it ended with ${signal ?? String(code)}`;
    throw new Error(`Expected ${program} to end well, but ${how}, and wrote: ${stdout}${stderr}`, {
      cause: error,
    });
  }
}

/** Python with what the example requires, in an environment that is made once and kept with the tests' tools. */
export function pythonSdk(): Promise<ForeignSdk> {
  const requirements = join(EXAMPLES, 'python/requirements.txt');
  return keep('python-temporalio', 'bin/python', async (folder) => {
    await run('python3', ['-m', 'venv', folder], { timeout: FETCH_LIMIT });
    const pip = ['-m', 'pip', 'install', '--quiet', '--requirement', requirements];
    await run(join(folder, 'bin/python'), pip, { timeout: FETCH_LIMIT });
  });
}

/** The example in Go, built. */
export function goExample(): Promise<ForeignSdk> {
  return keep('go-temporal-example', 'transcribe', async (folder) => {
    const options = { cwd: join(EXAMPLES, 'go'), timeout: FETCH_LIMIT };
    await run('go', ['build', '-o', join(folder, 'transcribe'), '.'], options);
  });
}

/** `file` of a tool that `make` makes in a folder where it is missing; says on standard error why it cannot. */
async function keep(
  name: string,
  file: string,
  make: (folder: string) => Promise<void>,
): Promise<ForeignSdk> {
  const tools = join(process.env.LONGHAND_TEST_HOME ?? longhandHome(), 'tools');
  const folder = join(tools, name);
  const lock = await acquire(`${folder}.lock`);
  try {
    if (!(await isThere(join(folder, file)))) {
      await rm(folder, { recursive: true, force: true });
      await make(folder);
    }
    return { path: join(folder, file) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const missing = `${name} could not be made: ${(error as Error).message.split('\n')[0]}`;
    process.stderr.write(`Tests of another language are skipped: ${missing}\n`);
    return { missing };
  } finally {
    await lock.release();
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
