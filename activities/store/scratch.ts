import { systemCode } from '../../workflows/errors.ts';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFailure } from './failure.ts';
import { ownedName, ownerState } from './owner.ts';
import type { Scratch } from './store.ts';

/** Age after which a leftover goes though nobody can tell whether its owner lives: 24 hours, in milliseconds. */
export const FOREIGN_AGE = 24 * 3600 * 1000;

/** Makes a new, empty folder in `folder`, owned by this process; `job` shows in its name. */
export async function makeScratch(folder: string, job: string): Promise<Scratch> {
  const path = join(folder, await ownedName(job));
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw diskFailure(error, path);
  });
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Removes what dead processes left in `folder`. Gives how many things it removed. */
export async function sweepScratch(folder: string): Promise<number> {
  let removed = 0;
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw diskFailure(error, folder);
  });
  for (const name of names) {
    const path = join(folder, name);
    const owner = await ownerState(name);
    if (owner === 'alive' || (owner === 'unknown' && !(await isOld(path)))) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

async function isOld(path: string): Promise<boolean> {
  const made = await stat(path).catch(() => null);
  return made === null || Date.now() - made.mtimeMs > FOREIGN_AGE;
}
