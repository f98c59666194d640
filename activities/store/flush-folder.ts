import { open } from 'node:fs/promises';

/** Makes the names in a folder durable. Windows cannot open a folder, and needs no flush for its names. */
export async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
