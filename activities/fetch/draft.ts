import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { diskFailure } from '../store/failure.ts';

/** A file that is written from its beginning to its end, and hashed on the way. Throws as `diskFailure`. */
export class Draft implements AsyncDisposable {
  readonly #path: string;
  readonly #file: FileHandle;
  #hash: Hash = createHash('sha256');
  #size = 0;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** A new file at `path`, where nothing may be. */
  static async create(path: string): Promise<Draft> {
    return new Draft(path, await coded(path, open(path, 'ax')));
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  async append(bytes: Buffer): Promise<void> {
    await coded(this.#path, this.#file.appendFile(bytes));
    this.#hash.update(bytes);
    this.#size += bytes.length;
  }

  /** Begins anew. */
  async restart(): Promise<void> {
    await coded(this.#path, this.#file.truncate());
    this.#hash = createHash('sha256');
    this.#size = 0;
  }

  /** SHA-256 (hex) of all; nothing can be appended then. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

/** What the disk does at `path`; rejects as `diskFailure` says. */
const coded = <T>(path: string, work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw diskFailure(error, path);
  });
