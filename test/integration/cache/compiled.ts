import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../support/root.ts';

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  rewriteRelativeImportExtensions: true,
};

/**
 * Makes JavaScript of the cache below `folder`, so that processes of their own can load it whatever the state of
 * the build. Returns the folder of the compiled `models/cache`.
 */
export async function compileCache(folder: string): Promise<string> {
  const cache = (await readdir(join(ROOT, 'models', 'cache'), { recursive: true }))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('models', 'cache', name));
  for (const path of [...cache, join('workflows', 'errors.ts')]) {
    const target = join(folder, path.replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    const source = await readFile(join(ROOT, path), 'utf8');
    await writeFile(target, ts.transpileModule(source, { compilerOptions: OPTIONS }).outputText);
  }
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  return join(folder, 'models', 'cache');
}
