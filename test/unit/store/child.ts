import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../support/root.ts';

/** Puts what its arguments say, from memory or as a file; tells its parent before and after. */
const CHILD = `
import { readdir, writeFile } from 'node:fs/promises';
import { openStore } from './activities/store/open.js';
const [url, key, fill, size, path, diesAt] = process.argv.slice(2);
const store = await openStore(url);
const bytes = Buffer.alloc(Number(size), fill);
if (path) await writeFile(path, bytes);
process.send('ready');
await new Promise((resolve) => process.once('message', resolve));
const putting = path ? store.putFile(key, path) : store.put(key, bytes);
if (diesAt) {
  while ((await readdir(diesAt)).length === 0);
  process.kill(process.pid, 'SIGKILL');
}
process.send(await putting.catch((error) => error.code), () => process.disconnect());
`;

/** Makes a program in `folder` that uses a store in a process of its own; gives its path. */
export async function makeChild(folder: string): Promise<string> {
  const store = (await readdir(join(ROOT, 'activities/store'))).map((name) => `activities/store/${name}`);
  for (const name of [
    ...store,
    'workflows/errors.ts',
    'models/home.ts',
    'models/cache/process-identity.ts',
  ]) {
    const { outputText } = ts.transpileModule(await readFile(join(ROOT, name), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        rewriteRelativeImportExtensions: true,
        verbatimModuleSyntax: true,
      },
    });
    const target = join(folder, name.replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, outputText);
  }
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'child.js'), CHILD);
  return join(folder, 'child.js');
}

/** A process that commits under a key once it is told to. */
export interface Putter {
  readonly process: ChildProcess;
  go(): void;
  /** What the store answered, or the code of its error; null where the process died first. */
  readonly answer: Promise<string | null>;
}

/** What a putter commits: `size` bytes of `fill` under `key`. */
export interface Put {
  readonly key: string;
  readonly fill: string;
  readonly size: number;
  /** Puts a file that is made here first. */
  readonly path?: string;
  /** Folder: the process kills itself as soon as something is in it, which a watcher may see too late. */
  readonly diesAt?: string;
  /** Shell command that limits the process. */
  readonly limit?: string;
}

/** Starts a putter on the store at `url`, and waits until it is ready. */
export async function startPutter(
  child: string,
  url: string,
  { key, fill, size, path = '', diesAt = '', limit = ':' }: Put,
): Promise<Putter> {
  const command = [process.execPath, '--no-warnings', child, url, key, fill, String(size), path, diesAt];
  const started = spawn('sh', ['-c', `${limit}; exec "$@"`, 'sh', ...command], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const messages: string[] = [];
  const ready = new Promise<void>((resolve) => started.once('message', () => resolve()));
  const answer = new Promise<string | null>((resolve) => {
    started.on('message', (message: string) => messages.push(message));
    started.once('exit', () => resolve(messages[1] ?? null));
  });
  await ready;
  return { process: started, go: () => void started.send('go'), answer };
}
