import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../workflows/errors.ts';
import { isKey } from './key.ts';
import type { Listed } from './store.ts';

/** The values below `root` whose keys begin with `prefix`. Only folders that may hold some are read. */
export async function* listFolder(root: string, prefix: string, folder = ''): AsyncGenerator<Listed> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(unlessGone([]));
  for (const entry of entries) {
    const key = `${folder}${entry.name}`;
    // What has another name is nobody's value: half-written, or put there by hand.
    if (!isKey(key)) continue;
    if (entry.isDirectory()) {
      const below = `${key}/`;
      if (below.startsWith(prefix) || prefix.startsWith(below)) yield* listFolder(root, prefix, below);
    } else if (key.startsWith(prefix)) {
      const found = await stat(join(root, key)).catch(unlessGone(null));
      if (found) yield { key, bytes: found.size, modified: found.mtimeMs };
    }
  }
}

const unlessGone =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (systemCode(error) === 'ENOENT') return instead;
    throw error;
  };
