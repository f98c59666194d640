import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The first bytes of every SQLite 3 database (the file format's section 1.2). */
const MAGIC = 'SQLite format 3\0';

/** File of the embedded Temporal server's database, its folder made. */
export async function databaseFile(home: string): Promise<string> {
  const file = join(home, 'temporal', 'longhand.db');
  await mkdir(dirname(file), { recursive: true });
  return file;
}

/** Moves a file that is no database aside, never deletes it. Returns its new name; null where all is well. */
export async function setAsideUnlessDatabase(file: string): Promise<string | null> {
  return (await isDatabase(file)) ? null : setAside(file);
}

/** Moves a database, with its journal, out of the server's way. Returns its new name. */
export async function setAside(file: string): Promise<string> {
  const aside = `${file}.set-aside-${new Date().toISOString().replaceAll(':', '')}`;
  await rename(file, aside);
  for (const suffix of ['-wal', '-shm']) await rename(file + suffix, aside + suffix).catch(() => undefined);
  return aside;
}

/** Whether a server may open `file`: there is none yet, it is empty, or it begins as a database does. */
async function isDatabase(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!handle) return true;
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    return bytesRead === 0 || buffer.toString('latin1') === MAGIC;
  } finally {
    await handle.close();
  }
}
