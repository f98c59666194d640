import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
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
  const handle = await open(join(folder, file.name), 'wx', file.executable ? 0o755 : 0o644);
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

/** SHA-256 of a file's bytes, hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

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
