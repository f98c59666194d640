import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactFile } from '../cache/artifact.ts';
import { sha256Of } from '../cache/checked-file.ts';
import { byName, type Description } from './description.ts';
import { pickFiles } from './files.ts';

/**
 * The model in a folder, every byte of it read. Its revision is a hash of the content: the same files have the same one
 * on every machine. Throws LH_MODEL_INVALID.
 * @param folder absolute.
 */
export async function describeFolder(folder: string): Promise<Description> {
  const { layout, names } = pickFiles(await readdir(folder), folder);
  const files: ArtifactFile[] = [];
  for (const name of names) {
    const path = join(folder, name);
    files.push({ name, size: (await stat(path)).size, sha256: await sha256Of(path) });
  }
  const listing = byName(files).map(({ name, sha256 }) => `${sha256}  ${name}\n`);
  return {
    revision: createHash('sha256').update(listing.join('')).digest('hex').slice(0, 40),
    files,
    sources: [{ kind: 'path', path: folder }],
    layout,
    licence: null,
    source: folder,
  };
}
