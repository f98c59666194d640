import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { LonghandError } from '../../workflows/errors.ts';
import { checkSourceFile, openSource, sourceFailure } from '../media/source-file.ts';

/** What tells one state of a file from another without reading it. */
export interface FileState {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

const PIECE = 1024 * 1024;

/**
 * SHA-256 (hex) of the file at `path`, and the state it was in. `onProgress` is called with the bytes read so far.
 * Throws what `checkSourceFile` throws, LH_SOURCE_CHANGED where the file changed meanwhile, and the reason of
 * `signal` when it aborts.
 */
export async function hashFile(
  path: string,
  {
    signal,
    onProgress,
  }: { signal?: AbortSignal | undefined; onProgress?: ((bytes: number) => void) | undefined } = {},
): Promise<{ sha256: string; state: FileState }> {
  const state = stateOf(await checkSourceFile(path));
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await using file = await openSource(path);
    const buffer = Buffer.allocUnsafe(PIECE);
    // A file that grows as fast as it is read would else be read without end.
    while (bytes <= state.size) {
      const { bytesRead } = await file.read(buffer, 0, PIECE);
      if (bytesRead === 0) break;
      signal?.throwIfAborted();
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
      onProgress?.(bytes);
    }
  } catch (error) {
    throw signal?.aborted ? error : sourceFailure(error, path);
  }
  await checkUnchanged(path, state);
  return { sha256: hash.digest('hex'), state };
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
