import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LonghandError } from '../../workflows/errors.ts';
import type { ArtifactFile } from './artifact.ts';

/**
 * Writes `content` to the new file `folder/file.name`, safe on the disk when the promise resolves. Throws
 * `LH_CHECKSUM` where the content is not the file's, as soon as that shows.
 */
export async function writeChecked(
  folder: string,
  file: ArtifactFile,
  content: AsyncIterable<Uint8Array>,
  onBytes?: (count: number) => void,
): Promise<void> {
  const hash = createHash('sha256');
  let size = 0;
  const handle = await open(join(folder, file.name), 'wx', modeOf(file));
  try {
    for await (const bytes of content) {
      size += bytes.length;
      if (size > file.size) throw wrongSize(file, 'more');
      hash.update(bytes);
      // Not write(): that may write a part only.
      await handle.writeFile(bytes);
      onBytes?.(bytes.length);
    }
    if (size < file.size) throw wrongSize(file, String(size));
    checkHash(file, hash.digest('hex'));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Completes the file at `path`, which may hold the beginning of what `file` must be, with what `rest` gives from a byte
 * on; safe on the disk when the promise resolves. What is there stays where `rest` throws, for another try; content that
 * is not the file's is removed, and `LH_CHECKSUM` thrown. `onSize` is told how many bytes are there.
 */
export async function completeChecked(
  path: string,
  file: ArtifactFile,
  rest: (from: number) => AsyncIterable<Uint8Array>,
  onSize: (size: number) => void,
): Promise<void> {
  const hash = createHash('sha256');
  const handle = await open(path, 'a+', modeOf(file));
  let size = 0;
  try {
    for await (const bytes of handle.createReadStream({ autoClose: false, highWaterMark: 1 << 20 })) {
      hash.update(bytes as Buffer);
      size += (bytes as Buffer).length;
    }
    onSize(size);
    if (size < file.size) {
      for await (const bytes of rest(size)) {
        size += bytes.length;
        if (size > file.size) break;
        hash.update(bytes);
        await handle.writeFile(bytes);
        onSize(size);
      }
    }
    if (size !== file.size) throw wrongSize(file, size > file.size ? 'more' : String(size));
    checkHash(file, hash.digest('hex'));
    await handle.sync();
  } catch (error) {
    if (error instanceof LonghandError || size === 0) await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** SHA-256 of a file's bytes, hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

const modeOf = ({ executable }: ArtifactFile): number => (executable ? 0o755 : 0o644);

function checkHash(file: ArtifactFile, sha256: string): void {
  if (sha256 === file.sha256) return;
  throw new LonghandError(
    'LH_CHECKSUM',
    `Expected ${file.name} with sha256 ${file.sha256}, but got ${sha256}.`,
    {
      details: { file: file.name, expected: file.sha256, got: sha256 },
    },
  );
}

const wrongSize = (file: ArtifactFile, got: string) =>
  new LonghandError('LH_CHECKSUM', `Expected ${file.name} to have ${file.size} bytes, but got ${got}.`, {
    details: { file: file.name, expected: file.size, got },
  });
