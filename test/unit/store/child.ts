import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Puts what its arguments say; tells its parent before and after. */
const CHILD = `
import { openFolderStore } from './activities/store/folder.js';
const [root, key, fill, size] = process.argv.slice(2);
const store = await openFolderStore(root);
const bytes = Buffer.alloc(Number(size), fill);
process.send('ready');
await new Promise((resolve) => process.once('message', resolve));
const answer = await store.put(key, bytes).catch((error) => error.code);
process.send(answer, () => process.disconnect());
`;

/** Makes a program in `folder` that uses the store in a process of its own; gives its path. */
export async function makeChild(folder: string): Promise<string> {
  const store = (await readdir(join(ROOT, 'activities/store'))).map((name) => `activities/store/${name}`);
  for (const name of [...store, 'workflows/errors.ts']) {
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
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'child.js'), CHILD);
  return join(folder, 'child.js');
}

/** A process that puts `size` bytes of `fill` under `key` once it is told to. */
export interface Putter {
  readonly process: ChildProcess;
  go(): void;
  /** What `put` answered, or the code of its error; null where the process died first. */
  readonly answer: Promise<string | null>;
}

/** Starts a putter, after the shell command `limit`, and waits until it is ready. */
export async function startPutter(
  child: string,
  root: string,
  key: string,
  fill: string,
  size: number,
  limit = ':',
): Promise<Putter> {
  const command = [process.execPath, child, root, key, fill, String(size)];
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
