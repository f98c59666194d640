import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskTrouble } from '../../workflows/errors.ts';
import { exists } from './files.ts';
import { withLock } from './lock.ts';
import { processStart } from './process-identity.ts';

/**
 * Begins the name of a file in a folder of the cache that says which process uses it: the process's number follows,
 * `processStart` is its content, and the time of modification is the last use.
 */
const HELD = '.held-';

/**
 * Marks `folder` as used by this process, and until it ends; false where the folder is gone. A home that may not be
 * written needs no mark: nothing is removed from it either.
 */
export async function hold(folder: string): Promise<boolean> {
  try {
    return await withLock(`${folder}.lock`, async () => {
      if (!(await exists(folder))) return false;
      for (const { file, alive } of await holders(folder)) if (!alive) await rm(file, { force: true });
      await writeFile(join(folder, `${HELD}${process.pid}`), (await processStart(process.pid)) ?? '');
      return true;
    });
  } catch (error) {
    if (diskTrouble(error) === 'forbidden') return exists(folder);
    throw error;
  }
}

/** Whether a living process uses `folder`. Whoever removes it asks under the folder's lock. */
export async function isHeld(folder: string): Promise<boolean> {
  return (await holders(folder)).some(({ alive }) => alive);
}

/** When `folder` was last used; null where no process said so. */
export async function lastUsed(folder: string): Promise<Date | null> {
  const times = (await holders(folder)).map(({ at }) => at.getTime());
  return times.length === 0 ? null : new Date(Math.max(...times));
}

interface Holder {
  readonly file: string;
  readonly alive: boolean;
  readonly at: Date;
}

async function holders(folder: string): Promise<Holder[]> {
  const names = await readdir(folder).catch(() => []);
  const found = names
    .filter((name) => name.startsWith(HELD))
    .map(async (name): Promise<Holder[]> => {
      const file = join(folder, name);
      try {
        const [start, { mtime }] = [await readFile(file, 'utf8'), await stat(file)];
        const alive = (await processStart(Number(name.slice(HELD.length)))) === start;
        return [{ file, alive, at: mtime }];
      } catch {
        // Another process has removed it meanwhile.
        return [];
      }
    });
  return (await Promise.all(found)).flat();
}
