import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskFull } from '../failure.ts';
import type { Delivery } from './delivery.ts';

/** Milliseconds without a word and without growth of its folder, after which an installer is killed. */
const STALL_MS = 60_000;
const LOOK_MS = 500;

/** Thrown where the program is not on the machine. */
export class ProgramMissing extends Error {}

/**
 * Runs `command` in the delivery's work folder until it ends well. Its progress is the growth of that folder,
 * `total` bytes in all. Throws with the first line on its standard error that `reason` matches.
 */
export async function runInstaller(
  command: string,
  args: readonly string[],
  { folder, work, env, signal, onProgress }: Delivery,
  { total, reason }: { readonly total: number; readonly reason: RegExp },
): Promise<void> {
  const child = spawn(command, args, {
    cwd: work,
    // All that the program puts aside stays in the work folder, and is removed with it.
    env: { ...env, TMPDIR: work },
    // A pipe, so that a program that watches it ends when this process is killed.
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let complaints = '';
  let lastSign = Date.now();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-16_384);
    lastSign = Date.now();
  });
  // Nothing is written to it; a program that closes it early is no failure.
  child.stdin.on('error', () => undefined);
  const onAbort = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', onAbort);

  let seen = 0;
  let hasStalled = false;
  const look = async () => {
    const size = await folderSize(work);
    if (size > seen) lastSign = Date.now();
    seen = Math.max(seen, size);
    onProgress(Math.min(seen, total), total);
    if (Date.now() - lastSign < STALL_MS) return;
    hasStalled = true;
    child.kill('SIGKILL');
  };
  const looking = setInterval(() => void look(), LOOK_MS);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'ENOENT'
            ? new ProgramMissing(`there is no ${command} on this machine`)
            : new Error(`${command} does not start (${error.code})`),
        ),
      );
      child.once('close', resolve);
      if (signal?.aborted) onAbort();
    });
    signal?.throwIfAborted();
    if (status === 0) return;
    if (/No space left|ENOSPC/.test(complaints)) throw diskFull(dirname(folder));
    throw new Error(hasStalled ? `nothing came for ${STALL_MS / 1000} s` : complaintOf(complaints, reason));
  } finally {
    clearInterval(looking);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** The first line that gives a reason, else the last line. */
function complaintOf(complaints: string, reason: RegExp): string {
  const lines = complaints.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => reason.test(line)) ?? lines.at(-1) ?? 'it ended without a word').trim();
}

/** Bytes of all files below `folder`; files that vanish meanwhile count nothing. */
async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
