import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskTrouble, LonghandError, systemCode } from '../../workflows/errors.ts';

/** Bytes below which the server's database cannot grow on, and no command can end well. */
const LEAST_ROOM = 16_000_000;
/** Milliseconds between two looks. */
const LOOK = 1000;

/** Bytes that this user may still write on the disk of `folder`. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Makes the home where there is none yet. Throws LH_NOT_WRITABLE or LH_DISK_FULL. */
export async function demandHome(home: string): Promise<void> {
  const probe = join(home, `.probe-${process.pid}`);
  try {
    await mkdir(home, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw homeFailure(error, home);
  }
  await demandRoom(home);
}

/** Calls `onFull` with LH_DISK_FULL, once, when the disk of the home has no room any more. */
export function watchRoom(home: string, onFull: (error: LonghandError) => void): void {
  const timer = setInterval(() => {
    demandRoom(home).catch((error: unknown) => {
      clearInterval(timer);
      if (error instanceof LonghandError) onFull(error);
    });
  }, LOOK).unref();
}

async function demandRoom(home: string): Promise<void> {
  const free = await freeBytes(home);
  if (free < LEAST_ROOM) throw diskFull(home, `found ${free}`);
}

function homeFailure(error: unknown, home: string): LonghandError {
  const code = systemCode(error);
  if (diskTrouble(error) === 'full') return diskFull(home, `got ${code}`, error);
  const message = `Expected to be allowed to write in ${home}, but the system refused (${code})`;
  return new LonghandError('LH_NOT_WRITABLE', message, { cause: error });
}

function diskFull(home: string, found: string, cause?: unknown): LonghandError {
  const message = `Expected at least ${LEAST_ROOM} bytes of room on the disk of ${home}, ${found}`;
  return new LonghandError('LH_DISK_FULL', message, { cause });
}
