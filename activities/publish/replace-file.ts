import { copyFile, open, rename, rm } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { outputFailure } from './output-failure.ts';

/**
 * Puts a copy of `path` at `target` in one step, so that nobody sees a part of it. The copy is first made beside
 * the target under a name that only `job` uses, so that a retry after a crash takes it over and leaves nothing.
 * Throws LH_DISK_FULL or LH_NOT_WRITABLE.
 */
export async function replaceFile(path: string, target: string, job: string): Promise<void> {
  // Short, so that a target with the longest name a file may have can be written too.
  const beside = join(dirname(target), `.${job.slice(-12)}${extname(target)}.part`);
  try {
    await copyDurably(path, beside);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw outputFailure(error, target);
  }
}

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
