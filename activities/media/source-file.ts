import { constants, type BigIntStats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { shownUri } from '../store/shown-uri.ts';
import { LonghandError, systemCode, type ErrorCode } from '../../workflows/errors.ts';

/** The path that a `file:` URI names. Throws LH_SOURCE_SCHEME. */
export function localPath(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    // Node's own error holds the whole URL, and with it what may be a secret.
    const shown = shownUri(uri);
    const message = `Expected a file: URI of a local file or an uploaded source, got ${JSON.stringify(shown)}.`;
    throw new LonghandError('LH_SOURCE_SCHEME', message, { details: { uri: shown } });
  }
}

/**
 * Checks that `path` (links followed) is a file with bytes that this user may read, never opening anything else.
 * Throws LH_SOURCE_MISSING, LH_SOURCE_NOT_FILE, LH_SOURCE_FORBIDDEN or
 * LH_SOURCE_EMPTY.
 */
export async function checkSourceFile(path: string): Promise<BigIntStats> {
  try {
    const found = await stat(path, { bigint: true });
    if (!found.isFile()) throw refusal('LH_SOURCE_NOT_FILE', path, `got ${kindOf(found)}`);
    await (await openSource(path)).close();
    if (found.size === 0n) throw refusal('LH_SOURCE_EMPTY', path, 'got a file of zero bytes');
    return found;
  } catch (error) {
    throw sourceFailure(error, path);
  }
}

/** Opens a source for reading. Should a pipe have taken its place meanwhile, this does not wait for a writer. */
export const openSource = (path: string): Promise<FileHandle> =>
  open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));

/** What a failed call on a source means for the user. */
export function sourceFailure(error: unknown, path: string): LonghandError {
  if (error instanceof LonghandError) return error;
  const code = systemCode(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return refusal(
      'LH_SOURCE_FORBIDDEN',
      path,
      `the system refused to let this user read it (${code})`,
      error,
    );
  }
  const missing = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(code);
  if (missing) return refusal('LH_SOURCE_MISSING', path, 'found nothing of that name', error);
  return refusal('LH_SOURCE_UNREACHABLE', path, `the disk answered ${code}`, error);
}

function refusal(code: ErrorCode, path: string, came: string, cause?: unknown): LonghandError {
  const message = `Expected an audio or video file at ${JSON.stringify(path)}, ${came}.`;
  return new LonghandError(code, message, { cause, details: { path } });
}

function kindOf(found: BigIntStats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  return 'a device';
}
