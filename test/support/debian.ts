import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { acquire } from '../../models/cache/lock.ts';
import { longhandHome } from '../../models/home.ts';

const run = promisify(execFile);

/** Milliseconds, for tens of megabytes. */
const FETCH_LIMIT = 120_000;

/** A program of Debian's that tests run without its being installed. */
interface Unpacking {
  readonly name: string;
  readonly packages: () => Promise<readonly string[]>;
  /** Called once, with the folder that they are unpacked to and the one that they will be in. */
  readonly finish?: (draft: string, root: string) => Promise<void>;
}

/** The folder of packages of Debian, unpacked once in the cache of the tests' home, which needs no root. */
export async function unpacked({ name, packages, finish }: Unpacking): Promise<string> {
  const folder = join(process.env.LONGHAND_TEST_HOME ?? longhandHome(), 'tools', name);
  const root = join(folder, 'root');
  await mkdir(folder, { recursive: true });
  const lock = await acquire(join(folder, 'lock'));
  try {
    if (await isThere(root)) return root;
    const draft = await mkdtemp(join(folder, 'draft-'));
    try {
      process.stderr.write(`Fetching ${name} for the tests, once …\n`);
      await run('apt-get', ['download', ...(await packages())], { cwd: draft, timeout: FETCH_LIMIT });
      const into = join(draft, 'root');
      for (const file of await readdir(draft)) await run('dpkg', ['-x', join(draft, file), into]);
      await finish?.(into, root);
      await rename(into, root);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  } finally {
    await lock.release();
  }
  return root;
}

/** A program on the `PATH`, or among those for the system's keeper; null where there is none. */
export async function onPath(name: string): Promise<string | null> {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']) {
    if (await isThere(join(folder, name))) return join(folder, name);
  }
  return null;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
