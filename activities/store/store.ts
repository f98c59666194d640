/** A folder for one attempt of an activity, on a disk with room for what it makes. Disposing it removes it with all it holds. */
export interface Scratch extends AsyncDisposable {
  /** Absolute path. */
  readonly path: string;
}

export interface CopyOptions {
  /** Ends the work; the promise rejects with its reason, and nothing is kept. */
  readonly signal?: AbortSignal | undefined;
  /** Called often, with the bytes read so far. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** A value as a list tells of it. */
export interface Listed {
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since 1970: when it was committed, or marked last. */
  readonly modified: number;
}

/**
 * Where bytes too big for workflow history live. A key has one value for good: whoever commits first wins, and
 * nobody ever sees a part of a value.
 *
 * Keys are lower-case segments joined by slashes, `[a-z0-9][a-z0-9._-]*` each, without `..`; any other key is
 * refused with LH_INTERNAL. Every method may also throw LH_DISK_FULL, LH_NOT_WRITABLE or LH_STORE_UNREACHABLE.
 * `existed` from a method that commits: a value was there and stays, be it this call's own from an attempt whose
 * answer was lost.
 */
export interface Store {
  /** Commits `bytes` under `key`, durably. */
  put(key: string, bytes: Uint8Array): Promise<'created' | 'existed'>;

  /** As `put`, with the finished local file at `path`, which the store takes over: it is gone afterwards. */
  putFile(key: string, path: string): Promise<'created' | 'existed'>;

  /**
   * As `put`, with a copy of the local file at `path`, which stays as it is. Nothing is committed where its bytes do
   * not have the SHA-256 `sha256` (hex): throws LH_SOURCE_CHANGED, or LH_SOURCE_UNREACHABLE where its disk fails.
   */
  putCopy(key: string, path: string, sha256: string, options?: CopyOptions): Promise<'created' | 'existed'>;

  /** The whole value, or null where there is none. */
  get(key: string): Promise<Buffer | null>;

  /** The bytes `[start, end)` of a value. Throws LH_STORE_MISSING where there is none or it ends before `end`. */
  read(key: string, start: number, end: number): Promise<Buffer>;

  /**
   * Makes the value readable as a local file at `path`, where nothing may be yet: a copy or a link, only to be read.
   * Throws LH_STORE_MISSING where there is no value.
   */
  fetch(key: string, path: string, options?: CopyOptions): Promise<void>;

  /** Whether a value is committed. */
  has(key: string): Promise<boolean>;

  /** Bytes of a value, or null where there is none. */
  size(key: string): Promise<number | null>;

  /** Removes a value; does nothing where there is none. */
  delete(key: string): Promise<void>;

  /** The values whose keys begin with `prefix`, in no order; of what comes or goes meanwhile some. */
  list(prefix: string): AsyncIterable<Listed>;

  /** Commits an empty value, or renews the time of the one that is there: a sign that something is in use. */
  mark(key: string): Promise<void>;

  /** The value's address for people and other programs. */
  uri(key: string): string;

  /** A new, empty folder; `job` shows in its name. */
  scratch(job: string): Promise<Scratch>;

  /** Removes what dead processes left half-written; run when a worker starts. Gives how many were removed. */
  sweep(): Promise<number>;
}
