import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { LonghandError, systemCode } from '../../workflows/errors.ts';
import type { CopyOptions } from './store.ts';

const PIECE = 1024 * 1024;

/**
 * The bytes of the local file at `path`, piece by piece; each piece is a buffer of its own. Ends with
 * LH_SOURCE_CHANGED, before the consumer has seen the end, where they do not have the SHA-256 `sha256` (hex), or
 * are more than the file had when it was opened.
 */
export async function* verifiedBytes(
  path: string,
  sha256: string,
  { signal, onProgress }: CopyOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  const failed = (error: unknown): never => {
    throw changedOrUnreachable(error, path);
  };
  const file = await open(path).catch(failed);
  try {
    const { size } = await file.stat().catch(failed);
    for (;;) {
      signal?.throwIfAborted();
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(PIECE), 0, PIECE).catch(failed);
      if (bytesRead === 0) break;
      bytes += bytesRead;
      // A file that grows as fast as it is read would else be read without end.
      if (bytes > size) throw grown(path, size);
      const piece = buffer.subarray(0, bytesRead);
      hash.update(piece);
      yield piece;
      onProgress?.(bytes);
    }
  } finally {
    await file.close();
  }
  const got = hash.digest('hex');
  if (got === sha256) return;
  const message = `Expected ${JSON.stringify(path)} to have the SHA-256 ${sha256}, got ${got}.`;
  throw new LonghandError('LH_SOURCE_CHANGED', message, { details: { path, sha256: got } });
}

function grown(path: string, size: number): LonghandError {
  const message = `Expected ${JSON.stringify(path)} to stay at ${size} bytes while it was read, but it grew.`;
  return new LonghandError('LH_SOURCE_CHANGED', message, { details: { path, size } });
}

function changedOrUnreachable(error: unknown, path: string): LonghandError {
  const system = systemCode(error);
  const options = { cause: error, details: { path, system } };
  if (system !== 'ENOENT') {
    const message = `Expected to read ${JSON.stringify(path)}, but the disk answered ${system}.`;
    return new LonghandError('LH_SOURCE_UNREACHABLE', message, options);
  }
  const message = `Expected ${JSON.stringify(path)} to stay while it was read, but it is gone.`;
  return new LonghandError('LH_SOURCE_CHANGED', message, options);
}
