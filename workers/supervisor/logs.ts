import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes after which a log is put away at the next start; the one put away before it goes. */
const LOG_LIMIT = 5_000_000;

/** Path of a process's log in the home, its folder made. */
export async function logFile(home: string, name: string): Promise<string> {
  const folder = join(home, 'logs');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}.log`);
  const size = await stat(file).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > LOG_LIMIT) await rename(file, `${file}.1`);
  return file;
}

/** The last line of a log that names an error, else its last line. */
export async function lastError(log: string): Promise<string> {
  const lines = (await readFile(log, 'utf8')).trim().split('\n');
  return (lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '').trim();
}
