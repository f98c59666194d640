import { access, constants, open, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hashBytes } from '../activities/store/hash-bytes.ts';
import { shownUri } from '../activities/store/shown-uri.ts';
import type { Source } from '../workflows/contract.ts';
import { LonghandError, systemCode, type ErrorCode } from '../workflows/errors.ts';

const REASONS: Readonly<Record<string, [ErrorCode, string]>> = {
  ENOENT: ['LH_SOURCE_MISSING', 'found nothing'],
  ENOTDIR: ['LH_SOURCE_MISSING', 'found nothing'],
  ENAMETOOLONG: ['LH_SOURCE_MISSING', 'found nothing, and the name is too long for a file'],
  ELOOP: ['LH_SOURCE_MISSING', 'found links that lead in a circle'],
  EACCES: ['LH_SOURCE_FORBIDDEN', 'may not read it'],
  EPERM: ['LH_SOURCE_FORBIDDEN', 'may not read it'],
};

/** The path of a source named by a path, a `file:` URI or a URL. Throws LH_SOURCE_SCHEME, or LH_SOURCE_NAME. */
export function sourcePath(source: string | URL): string {
  const text = String(source);
  // The system would be asked for another name, with U+FFFD in its place.
  if (/\p{Cs}/u.test(text)) throw notUtf8(text);
  if (typeof source === 'string' && !/^(file:|[a-z][a-z0-9+.-]+:\/\/)/i.test(text)) return resolve(text);
  try {
    return fileURLToPath(text);
  } catch {
    // Node's own error holds the whole URL, and with it what may be a secret.
    throw new LonghandError(
      'LH_SOURCE_SCHEME',
      `Expected a path, a \`file:\` URI of a local file, an \`https:\` or \`http:\` URL or \`secret:NAME\`, got \`${shownUri(text)}\``,
    );
  }
}

/**
 * Whether there is a file that can be read; its bytes in number. Throws LH_SOURCE_MISSING, LH_SOURCE_NOT_FILE,
 * LH_SOURCE_EMPTY or LH_SOURCE_FORBIDDEN.
 */
export async function checkFile(path: string): Promise<number> {
  return coded(path, async () => {
    const stats = await stat(path);
    if (!stats.isFile()) {
      const kind = stats.isDirectory() ? 'a folder' : 'no regular file';
      throw new LonghandError('LH_SOURCE_NOT_FILE', `${expected(path)}, found ${kind}`);
    }
    if (stats.size === 0) {
      throw new LonghandError('LH_SOURCE_EMPTY', `${expected(path)}, found one of zero bytes`);
    }
    await access(path, constants.R_OK);
    return stats.size;
  });
}

/**
 * Names a file as a source, by its place and the hash of its bytes. Throws what `checkFile` throws, or the reason of
 * `signal` when it fires.
 */
export async function fileSource(path: string, signal?: AbortSignal): Promise<Source> {
  const size = await checkFile(path);
  const sha256 = await coded(path, async () => {
    await using file = await open(path);
    return await hashBytes(file, size, { signal });
  });
  return { uri: pathToFileURL(resolve(path)).href, name: basename(path), sha256 };
}

/** A source whose name holds what no UTF-8 says. */
export const notUtf8 = (name: string, cause?: unknown): LonghandError =>
  new LonghandError(
    'LH_SOURCE_NAME',
    `Expected a source whose name is text in UTF-8, got ${JSON.stringify(name)}; give the file another name`,
    { cause },
  );

const expected = (path: string): string => `Expected an audio or video file at ${path}`;

async function coded<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    // So Node shows bytes that are no UTF-8, and asks for something else.
    if (path.includes('\uFFFD') && systemCode(error) === 'ENOENT') throw notUtf8(path, error);
    const [code, reason] = REASONS[systemCode(error)] ?? [];
    if (!code) throw error;
    throw new LonghandError(code, `${expected(path)}, ${reason}`, { cause: error });
  }
}
