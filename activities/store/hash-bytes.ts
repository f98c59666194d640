import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { CopyOptions } from './store.ts';

const PIECE = 1024 * 1024;

/**
 * SHA-256 (hex) of the first `size` bytes of a file, of all where it has fewer: one that grows as fast as it is read
 * would else be read without end. In one buffer, since the garbage of a stream would grow with the file.
 */
export async function hashBytes(
  file: FileHandle,
  size: number,
  { signal, onProgress }: CopyOptions = {},
): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(PIECE);
  for (let bytes = 0; bytes < size;) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, Math.min(PIECE, size - bytes));
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    bytes += bytesRead;
    onProgress?.(bytes);
  }
  return hash.digest('hex');
}
