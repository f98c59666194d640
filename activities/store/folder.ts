import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LonghandError } from '../../workflows/errors.ts';
import { diskFailure, systemCode } from './failure.ts';
import { ownedName, ownerState } from './owner.ts';
import type { Scratch, Store } from './store.ts';

const KEY = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;

/** Half-written things live here; no key reaches it, since no key begins with a dot. */
const TEMPORARY = '.tmp';

/** What a file system without hard links answers. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** Age after which a leftover goes though nobody can tell whether its owner lives: 24 hours, in milliseconds. */
const FOREIGN_AGE = 24 * 3600 * 1000;

/**
 * A store in the folder `root`, which is made where it is missing. Any number of processes of one machine may use
 * it at once. A value is written to a temporary file, flushed, then linked to its name: the link is the commit,
 * and fails for all but the first.
 */
export async function openFolderStore(root: string): Promise<Store> {
  const folder = resolve(root);
  const temporary = join(folder, TEMPORARY);
  await mkdir(temporary, { recursive: true }).catch((error: unknown) => {
    throw diskFailure(error, folder);
  });
  return new FolderStore(folder, temporary);
}

class FolderStore implements Store {
  readonly #folder: string;
  readonly #temporary: string;

  constructor(folder: string, temporary: string) {
    this.#folder = folder;
    this.#temporary = temporary;
  }

  async put(key: string, bytes: Uint8Array): Promise<'created' | 'existed'> {
    const path = this.#path(key);
    if (await this.has(key)) return 'existed';
    const draft = join(this.#temporary, await ownedName('put'));
    try {
      const file = await open(draft, 'wx', 0o644);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      return await commit(draft, path);
    } catch (error) {
      throw diskFailure(error, path, bytes.byteLength);
    } finally {
      await rm(draft, { force: true });
    }
  }

  async putFile(key: string, path: string): Promise<'created' | 'existed'> {
    const target = this.#path(key);
    const needed = await sizeOf(path);
    if (needed === null)
      throw new LonghandError('LH_INTERNAL', `Expected a finished file at ${path}, got none.`);
    const draft = join(this.#temporary, await ownedName('put'));
    try {
      await rename(path, draft).catch(async (error: unknown) => {
        if (systemCode(error) !== 'EXDEV') throw error;
        await copyFile(path, draft);
        await rm(path);
      });
      await flush(draft);
      return await commit(draft, target);
    } catch (error) {
      throw diskFailure(error, target, needed);
    } finally {
      await rm(draft, { force: true });
    }
  }

  async get(key: string): Promise<Buffer | null> {
    const path = this.#path(key);
    return readFile(path).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return null;
      throw diskFailure(error, path);
    });
  }

  async read(key: string, start: number, end: number): Promise<Buffer> {
    const path = this.#path(key);
    const bytes = Buffer.allocUnsafe(end - start);
    let filled = 0;
    try {
      const file = await open(path, 'r');
      try {
        while (filled < bytes.length) {
          const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw diskFailure(error, path);
      throw new LonghandError('LH_STORE_MISSING', `Expected ${key} in the store, got nothing at ${path}.`, {
        cause: error,
        details: { key },
      });
    }
    if (filled === bytes.length) return bytes;
    const message = `Expected bytes ${start} to ${end} of ${key} in the store, but it ends at ${start + filled}.`;
    throw new LonghandError('LH_STORE_MISSING', message, { details: { key, start, end } });
  }

  async has(key: string): Promise<boolean> {
    return (await this.size(key)) !== null;
  }

  async size(key: string): Promise<number | null> {
    return sizeOf(this.#path(key));
  }

  async delete(key: string): Promise<void> {
    const path = this.#path(key);
    await rm(path, { force: true }).catch((error: unknown) => {
      throw diskFailure(error, path);
    });
  }

  uri(key: string): string {
    return pathToFileURL(this.#path(key)).href;
  }

  async scratch(job: string): Promise<Scratch> {
    const path = join(this.#temporary, await ownedName(job));
    await mkdir(path).catch((error: unknown) => {
      throw diskFailure(error, path);
    });
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
  }

  async sweep(): Promise<number> {
    let removed = 0;
    for (const name of await readdir(this.#temporary)) {
      const path = join(this.#temporary, name);
      const owner = await ownerState(name);
      if (owner === 'alive' || (owner === 'unknown' && !(await isOld(path)))) continue;
      await rm(path, { recursive: true, force: true });
      removed += 1;
    }
    return removed;
  }

  #path(key: string): string {
    if (!KEY.test(key) || key.includes('..')) {
      const message = `Expected a store key of lower-case segments joined by slashes, got ${JSON.stringify(key)}.`;
      throw new LonghandError('LH_INTERNAL', message, { details: { key } });
    }
    return join(this.#folder, key);
  }
}

/** Gives the flushed file `draft` the name `path`, unless something has it; durable once it returns. */
async function commit(draft: string, path: string): Promise<'created' | 'existed'> {
  const parent = dirname(path);
  const firstMade = await mkdir(parent, { recursive: true });
  try {
    await link(draft, path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST' || (NO_LINKS.includes(code) && (await sizeOf(path)) !== null)) return 'existed';
    if (!NO_LINKS.includes(code)) throw error;
    await rename(draft, path);
  }
  const highest = firstMade === undefined ? parent : dirname(firstMade);
  for (let made = parent; made.length >= highest.length; made = dirname(made)) await flushFolder(made);
  return 'created';
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a folder durable. Windows cannot open a folder, and needs no flush for its names. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw diskFailure(error, path);
  }
}

async function isOld(path: string): Promise<boolean> {
  const made = await stat(path).catch(() => null);
  return made === null || Date.now() - made.mtimeMs > FOREIGN_AGE;
}
