import { createHash } from 'node:crypto';
import { constants, copyFile, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { flushFolder } from '../store/flush-folder.ts';
import { outputFailure } from './output-failure.ts';

/**
 * Puts a copy of `path` at `target` in one step, so that nobody sees a part of it. The copy is first made beside
 * the target under a name that only `writer` uses for it, so that a retry of his takes it over after a crash and
 * leaves nothing; two writers of one target need names of their own. A link of that name is removed, not followed. What is
 * at `target` once this returns outlasts a power cut.
 * Throws LH_DISK_FULL or LH_NOT_WRITABLE.
 */
export async function replaceFile(path: string, target: string, writer: string): Promise<void> {
  // Short, so that a target with the longest name a file may have can be written too.
  const name = createHash('sha256')
    .update(`${writer}\n${basename(target)}`)
    .digest('hex')
    .slice(0, 16);
  const beside = join(dirname(target), `.${name}${extname(target)}.part`);
  try {
    await rm(beside, { force: true });
    await copyDurably(path, beside);
    await rename(beside, target);
    await flushFolder(dirname(target));
  } catch (error) {
    await rm(beside, { force: true });
    throw outputFailure(error, target);
  }
}

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL);
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
