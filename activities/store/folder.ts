import {
  copyFile,
  link,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LonghandError, systemCode } from '../../workflows/errors.ts';
import { diskFailure, GONE } from './failure.ts';
import { flushFolder } from './flush-folder.ts';
import { listFolder } from './folder-list.ts';
import { checkKey } from './key.ts';
import { verifiedBytes } from './local-file.ts';
import { ownedName } from './owner.ts';
import { makeScratch, sweepScratch } from './scratch.ts';
import type { CopyOptions, Listed, Scratch, Store } from './store.ts';

/** Half-written things live here; no key reaches it, since no key begins with a dot. */
const TEMPORARY = '.tmp';

/** What a file system without hard links answers. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

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

  put(key: string, bytes: Uint8Array): Promise<'created' | 'existed'> {
    return this.#write(key, bytes.byteLength, [bytes]);
  }

  async putFile(key: string, path: string): Promise<'created' | 'existed'> {
    const target = this.#path(key);
    const needed = await sizeOf(path);
    if (needed === null)
      throw new LonghandError('LH_INTERNAL', `Expected a finished file at ${path}, got none.`);
    return this.#commit(target, needed, async (draft) => {
      await rename(path, draft).catch(async (error: unknown) => {
        if (systemCode(error) !== 'EXDEV') throw error;
        await copyFile(path, draft);
        await rm(path);
      });
      await flush(draft);
    });
  }

  putCopy(key: string, path: string, sha256: string, options?: CopyOptions): Promise<'created' | 'existed'> {
    return this.#write(key, null, verifiedBytes(path, sha256, options)).catch((error: unknown) => {
      options?.signal?.throwIfAborted();
      throw error;
    });
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
      throw missing(key, path);
    }
    if (filled === bytes.length) return bytes;
    const message = `Expected bytes ${start} to ${end} of ${key} in the store, but it ends at ${start + filled}.`;
    throw new LonghandError('LH_STORE_MISSING', message, { details: { key, start, end } });
  }

  async fetch(key: string, path: string): Promise<void> {
    const value = this.#path(key);
    if (!(await this.has(key))) throw missing(key, value);
    // Where links need rights that this user lacks (Windows), a copy does.
    await symlink(value, path)
      .catch(() => copyFile(value, path))
      .catch((error: unknown) => {
        throw diskFailure(error, path);
      });
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
    // The names of folders tell of what was in them.
    for (let folder = dirname(path); folder.length > this.#folder.length; folder = dirname(folder)) {
      const isKept = await rmdir(folder).then(
        () => false,
        (error: unknown) => systemCode(error) !== 'ENOENT',
      );
      if (isKept) return;
    }
  }

  async *list(prefix: string): AsyncGenerator<Listed> {
    try {
      yield* listFolder(this.#folder, prefix);
    } catch (error) {
      throw diskFailure(error, this.#folder);
    }
  }

  async mark(key: string): Promise<void> {
    const path = this.#path(key);
    while ((await this.put(key, new Uint8Array())) === 'existed') {
      const now = new Date();
      try {
        return await utimes(path, now, now);
      } catch (error) {
        // Deleted in this moment: it is put anew.
        if (systemCode(error) !== 'ENOENT') throw diskFailure(error, path);
      }
    }
  }

  uri(key: string): string {
    return pathToFileURL(this.#path(key)).href;
  }

  scratch(job: string): Promise<Scratch> {
    return makeScratch(this.#temporary, job);
  }

  sweep(): Promise<number> {
    return sweepScratch(this.#temporary);
  }

  /** Commits `pieces`, `needed` bytes in all where that is known. */
  async #write(
    key: string,
    needed: number | null,
    pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<'created' | 'existed'> {
    const path = this.#path(key);
    if (await this.has(key)) return 'existed';
    return this.#commit(path, needed, async (draft) => {
      const file = await open(draft, 'wx', 0o644);
      try {
        for await (const piece of pieces) await file.appendFile(piece);
        await file.sync();
      } finally {
        await file.close();
      }
    });
  }

  /** Has `make` make the value as a flushed file, and gives it the name `path`. */
  async #commit(
    path: string,
    needed: number | null,
    make: (draft: string) => Promise<void>,
  ): Promise<'created' | 'existed'> {
    const draft = join(this.#temporary, await ownedName('put'));
    try {
      await make(draft);
      return await commit(draft, path);
    } catch (error) {
      throw diskFailure(error, path, needed);
    } finally {
      await rm(draft, { force: true });
    }
  }

  #path(key: string): string {
    return join(this.#folder, checkKey(key));
  }
}

const missing = (key: string, path: string): LonghandError =>
  new LonghandError('LH_STORE_MISSING', `Expected ${key} in the store, got nothing at ${path}: ${GONE}.`, {
    details: { key },
  });

/** Gives the flushed file `draft` the name `path`, unless something has it; durable once it returns. */
async function commit(draft: string, path: string): Promise<'created' | 'existed'> {
  const parent = dirname(path);
  let firstMade: string | undefined;
  try {
    firstMade = await mkdir(parent, { recursive: true });
    await link(draft, path);
  } catch (error) {
    const code = systemCode(error);
    if ((await isFolderGone(error)) && (await sizeOf(draft)) !== null) return commit(draft, path);
    if (code === 'EEXIST' || (NO_LINKS.includes(code) && (await sizeOf(path)) !== null)) return 'existed';
    if (!NO_LINKS.includes(code)) throw error;
    await rename(draft, path);
  }
  const highest = firstMade === undefined ? parent : dirname(firstMade);
  for (let made = parent; made.length >= highest.length; made = dirname(made)) await flushFolder(made);
  return 'created';
}

/**
 * Whether a value's folder was missing: who deleted its last value took the folder away as well. Where that happens
 * while the folders are being made, Node calls the one that is gone no folder.
 */
async function isFolderGone(error: unknown): Promise<boolean> {
  const code = systemCode(error);
  if (code !== 'ENOTDIR') return code === 'ENOENT';
  const { path } = error as NodeJS.ErrnoException;
  return path !== undefined && !(await isOtherThanFolder(path));
}

async function isOtherThanFolder(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isDirectory();
  } catch (error) {
    // A file further up is what is no folder.
    return systemCode(error) !== 'ENOENT';
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
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
