import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Source } from '../workflows/contract.ts';
import { LonghandError, type ErrorCode } from '../workflows/errors.ts';

const PIECE = 1024 * 1024;

const REASONS: Readonly<Record<string, [ErrorCode, string]>> = {
  ENOENT: ['LH_SOURCE_MISSING', 'found nothing'],
  ENOTDIR: ['LH_SOURCE_MISSING', 'found nothing'],
  ENAMETOOLONG: ['LH_SOURCE_MISSING', 'found nothing, and the name is too long for a file'],
  ELOOP: ['LH_SOURCE_MISSING', 'found links that lead in a circle'],
  EACCES: ['LH_SOURCE_FORBIDDEN', 'may not read it'],
  EPERM: ['LH_SOURCE_FORBIDDEN', 'may not read it'],
};

/**
 * Names a file as a source: checks that it can be transcribed at all, and hashes its bytes. Throws
 * LH_SOURCE_MISSING, LH_SOURCE_NOT_FILE, LH_SOURCE_EMPTY or LH_SOURCE_FORBIDDEN.
 */
export async function fileSource(path: string): Promise<Source> {
  const expected = `Expected an audio or video file at ${path}`;
  try {
    const stats = await stat(path);
    if (!stats.isFile()) {
      const kind = stats.isDirectory() ? 'a folder' : 'no regular file';
      throw new LonghandError('LH_SOURCE_NOT_FILE', `${expected}, found ${kind}`);
    }
    if (stats.size === 0) throw new LonghandError('LH_SOURCE_EMPTY', `${expected}, found one of zero bytes`);
    const hash = await hashBytes(path, stats.size);
    return { uri: pathToFileURL(resolve(path)).href, name: basename(path), sha256: hash };
  } catch (error) {
    const [code, reason] = REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? [];
    if (!code) throw error;
    throw new LonghandError(code, `${expected}, ${reason}`, { cause: error });
  }
}

/** SHA-256 of the first `size` bytes, in one buffer: the garbage of a stream would grow with the file. */
async function hashBytes(path: string, size: number): Promise<string> {
  await using file = await open(path);
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(PIECE);
  for (let left = size; left > 0;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(PIECE, left));
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    left -= bytesRead;
  }
  return hash.digest('hex');
}
