import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStart } from './process-identity.ts';

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  /** See `processStart`. */
  readonly start: string;
  readonly nonce: string;
}

interface Lock extends AsyncDisposable {
  readonly holder: Holder;
  release(): Promise<void>;
}

interface AcquireOptions {
  /** Ends the waiting; `acquire` then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told once, when the lock is found held. */
  readonly onWait?: ((holder: Holder) => void) | undefined;
}

/** Milliseconds between two looks at a held lock, at least; half as much again at most. */
const POLL_MS = 60;

/**
 * Takes the lock at `path`, waiting as long as a living process holds it. Exclusive among the processes of one
 * machine that see each other's numbers, and among the tasks of one process; a holder killed at any point frees it
 * at once, for no time-out is involved.
 *
 * The lock is a series of generations, the files `<path>.<n>`: the highest n is the authority. To take the lock is
 * to create n + 1, whole, where the holder of n has released it or is gone. A taker that stalled between looking
 * and creating may fill a number that was used and removed meanwhile; it then finds a higher one and steps back.
 * The highest file is never removed, so no number is used twice as the authority. (The folder must be small enough
 * that one system call lists it, some hundreds of names: then the list is a snapshot.)
 */
export async function acquire(path: string, options: AcquireOptions = {}): Promise<Lock> {
  let told = false;
  for (;;) {
    options.signal?.throwIfAborted();
    const taken = await tryAcquire(path);
    if ('lock' in taken) return taken.lock;
    if (!told) options.onWait?.(taken.holder);
    told = true;
    await sleep(
      POLL_MS * (1 + Math.random() / 2),
      undefined,
      options.signal && { signal: options.signal },
    ).catch(() => options.signal?.throwIfAborted());
  }
}

/** Runs `act` while holding the lock at `path`, which `acquire` takes. */
export async function withLock<T>(path: string, act: () => Promise<T>, options?: AcquireOptions): Promise<T> {
  const lock = await acquire(path, options);
  try {
    return await act();
  } finally {
    await lock.release();
  }
}

/** Takes the lock at `path` if nobody holds it; else says who does. */
export async function tryAcquire(path: string): Promise<{ lock: Lock } | { holder: Holder }> {
  await mkdir(dirname(path), { recursive: true });
  const start = (await processStart(process.pid)) ?? '';
  const mine: Holder = { pid: process.pid, start, nonce: randomUUID() };
  for (;;) {
    const top = Math.max(0, ...(await generations(path)));
    if (top > 0) {
      const holder = await readHolder(`${path}.${top}`);
      if (holder === 'absent') continue;
      if (holder !== null && (await isAlive(holder))) return { holder };
    }
    const number = top + 1;
    if (!(await create(path, number, mine))) continue;
    if ((await generations(path)).some((other) => other > number)) {
      await rm(`${path}.${number}`, { force: true });
      continue;
    }
    await removeOlder(path, number);
    return { lock: lockOf(path, number, mine) };
  }
}

function lockOf(path: string, number: number, holder: Holder): Lock {
  const release = async () => {
    await truncate(`${path}.${number}`).catch((error: NodeJS.ErrnoException) => {
      // Released before, and taken by another since.
      if (error.code !== 'ENOENT') throw error;
    });
  };
  return { holder, release, [Symbol.asyncDispose]: release };
}

/** Whether the process that wrote `holder` still runs. */
async function isAlive(holder: Holder): Promise<boolean> {
  return (await processStart(holder.pid)) === holder.start;
}

const temporaryName = (path: string, { pid, nonce }: Holder) => `${path}.new-${pid}-${nonce}`;

/** Creates generation `number` with its content in one step; false where it exists, or somebody swept our draft. */
async function create(path: string, number: number, holder: Holder): Promise<boolean> {
  const temporary = temporaryName(path, holder);
  try {
    await writeFile(temporary, JSON.stringify(holder));
    await link(temporary, `${path}.${number}`);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The numbers of the generations there are. */
async function generations(path: string): Promise<number[]> {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  return names
    .filter((name) => name.startsWith(prefix) && /^[1-9][0-9]*$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
}

/** Null where the file names no holder: it was released, or a loss of power emptied it. */
async function readHolder(file: string): Promise<Holder | null | 'absent'> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'absent';
    throw error;
  }
}

/** Removes generations below `number` and drafts of killed takers; a living taker whose draft goes looks again. */
async function removeOlder(path: string, number: number): Promise<void> {
  const lower = (await generations(path))
    .filter((other) => other < number)
    .map((other) => `${path}.${other}`);
  const drafts = (await readdir(dirname(path)))
    .filter((name) => name.startsWith(`${basename(path)}.new-`))
    .map((name) => join(dirname(path), name));
  await Promise.all([...lower, ...drafts].map((file) => rm(file, { force: true })));
}
