/** A folder for one attempt of an activity, on the store's own disk. Disposing it removes it with all it holds. */
export interface Scratch extends AsyncDisposable {
  /** Absolute path. */
  readonly path: string;
}

/**
 * Where bytes too big for workflow history live. A key has one value for good: whoever commits first wins, and
 * nobody ever sees a part of a value.
 *
 * Keys are lower-case segments joined by slashes, `[a-z0-9][a-z0-9._-]*` each, without `..`; any other key is
 * refused with LH_INTERNAL. Every method may also throw LH_DISK_FULL, LH_NOT_WRITABLE or LH_STORE_UNREACHABLE.
 */
export interface Store {
  /** Commits `bytes` under `key`, durably. `existed`: another value was committed before and stays. */
  put(key: string, bytes: Uint8Array): Promise<'created' | 'existed'>;

  /** As `put`, with the finished local file at `path`, which the store takes over: it is gone afterwards. */
  putFile(key: string, path: string): Promise<'created' | 'existed'>;

  /** The whole value, or null where there is none. */
  get(key: string): Promise<Buffer | null>;

  /** The bytes `[start, end)` of a value. Throws LH_STORE_MISSING where there is none or it ends before `end`. */
  read(key: string, start: number, end: number): Promise<Buffer>;

  /** Whether a value is committed. */
  has(key: string): Promise<boolean>;

  /** Bytes of a value, or null where there is none. */
  size(key: string): Promise<number | null>;

  /** Removes a value; does nothing where there is none. */
  delete(key: string): Promise<void>;

  /** The value's address for people and other programs. */
  uri(key: string): string;

  /** A new, empty folder; `job` shows in its name. */
  scratch(job: string): Promise<Scratch>;

  /** Removes what dead processes left half-written; run when a worker starts. Gives how many were removed. */
  sweep(): Promise<number>;
}
