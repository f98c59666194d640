import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAIN, ROOT } from '../support/root.ts';

/** Recordings that a reader would have, below `test/audio`. */
const RECORDINGS: Readonly<Record<string, string>> = {
  'talk.mp3': 'formats/jfk_vbr.mp3',
  'calls/monday.flac': 'en/jfk.flac',
  'calls/tuesday.opus': 'en/asterisk_demo-echotest.opus',
  'calls/later/friday.opus': 'en/asterisk_demo-congrats.opus',
};

export interface Workplace extends AsyncDisposable {
  readonly path: string;
}

/**
 * A folder of its own that looks to an example like the checkout, and like a project that depends on Longhand: links to
 * all of the checkout, installed packages with this build as `longhand` among them, and a few recordings.
 */
export async function openWorkplace(): Promise<Workplace> {
  const path = await mkdtemp(join(tmpdir(), 'longhand-docs-'));
  const packages = join(path, 'node_modules');
  await mkdir(join(packages, '.bin'), { recursive: true });
  await linkAll(ROOT, path, ['.git', 'node_modules', 'package.json', 'package-lock.json']);
  await writeFile(join(path, 'package.json'), JSON.stringify(await packageOf(ROOT)));
  await linkAll(join(ROOT, 'node_modules'), packages, ['.bin', '.package-lock.json']);
  await linkAll(join(ROOT, 'node_modules', '.bin'), join(packages, '.bin'), []);
  await symlink(ROOT, join(packages, 'longhand'));
  await chmod(MAIN, 0o755);
  await symlink(MAIN, join(packages, '.bin', 'longhand'));
  for (const [name, clip] of Object.entries(RECORDINGS)) {
    await cp(join(ROOT, 'test/audio', clip), join(path, name));
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function linkAll(from: string, to: string, but: readonly string[]): Promise<void> {
  const names = (await readdir(from)).filter((name) => !but.includes(name));
  await Promise.all(names.map((name) => symlink(join(from, name), join(to, name))));
}

/** A package with the scripts of the one at `root`: its commands are those of what is installed, not its own. */
async function packageOf(root: string): Promise<object> {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: object };
  return { private: true, type: 'module', scripts };
}
