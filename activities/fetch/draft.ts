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
    const file = await open(path, 'ax').catch((error: unknown) => {
      throw diskFailure(error, path);
    });
    return new Draft(path, file);
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  async append(bytes: Buffer): Promise<void> {
    await this.#file.appendFile(bytes).catch((error: unknown) => {
      throw diskFailure(error, this.#path);
    });
    this.#hash.update(bytes);
    this.#size += bytes.length;
  }

  /** Begins anew. */
  async restart(): Promise<void> {
    await this.#file.truncate();
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
