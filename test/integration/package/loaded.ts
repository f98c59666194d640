import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a client has no use for, and should not have to load: the engine, the worker and what it bundles with. */
export const HEAVY = /node_modules\/(onnxruntime-\w+|@temporalio\/(worker|core-bridge)|webpack|@swc)\//;

/** Runs before the program: at its end, writes the files of all CommonJS and native modules that were loaded. */
const LISTER = `
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

process.on('exit', () => {
  const { cache } = createRequire(process.execPath);
  const loaded = [...Object.keys(cache), ...process.report.getReport().sharedObjects];
  writeFileSync(process.env.LOADED, loaded.join('\\n'));
});
`;

/** Runs Node in `cwd`; gives its standard output and the files of the CommonJS and native modules that it loaded. */
export async function listLoaded(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<{ readonly stdout: string; readonly modules: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'longhand-loaded-'));
  try {
    const list = join(folder, 'list');
    const lister = `data:text/javascript,${encodeURIComponent(LISTER)}`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', lister, ...args], {
      cwd,
      env: { ...process.env, ...env, LOADED: list },
    });
    return { stdout, modules: (await readFile(list, 'utf8')).split('\n') };
  } finally {
    await rm(folder, { recursive: true });
  }
}
