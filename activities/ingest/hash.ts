import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { LonghandError } from '../../workflows/errors.ts';
import { checkSourceFile, openSource, sourceFailure } from '../media/source-file.ts';
import { hashBytes } from '../store/hash-bytes.ts';
import type { CopyOptions } from '../store/store.ts';

/** What tells one state of a file from another without reading it. */
interface FileState {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

/**
 * SHA-256 (hex) of the file at `path`, and the state it was in. `onProgress` is called with the bytes read so far.
 * Throws what `checkSourceFile` throws, LH_SOURCE_CHANGED where the file changed meanwhile, and the reason of
 * `signal` when it aborts.
 */
export async function hashFile(
  path: string,
  options: CopyOptions = {},
): Promise<{ sha256: string; state: FileState }> {
  const state = stateOf(await checkSourceFile(path));
  const sha256 = await hashSource(path, Number(state.size), options);
  await checkUnchanged(path, state);
  return { sha256, state };
}

async function hashSource(path: string, size: number, options: CopyOptions): Promise<string> {
  try {
    await using file = await openSource(path);
    return await hashBytes(file, size, options);
  } catch (error) {
    throw options.signal?.aborted ? error : sourceFailure(error, path);
  }
}

/** Throws LH_SOURCE_CHANGED where the file at `path` is no longer in `state`. */
export async function checkUnchanged(path: string, state: FileState): Promise<void> {
  const now = await stat(path, { bigint: true }).catch((error: unknown) => {
    throw sourceFailure(error, path);
  });
  const same = Object.entries(stateOf(now)).every(
    ([name, value]) => state[name as keyof FileState] === value,
  );
  if (same) return;
  const message = `Expected ${JSON.stringify(path)} to stay as it was while it was read, but it changed.`;
  throw new LonghandError('LH_SOURCE_CHANGED', message, { details: { path } });
}

const stateOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileState => ({
  device: dev,
  inode: ino,
  size,
  modified: mtimeNs,
  changed: ctimeNs,
});
