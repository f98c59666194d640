import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { ERRORS, type ErrorCode } from '../../../workflows/errors.ts';
import type { Command, Outcome } from '../../support/longhand.ts';
import { processesOf } from '../../support/processes.ts';
import { until } from '../../support/until.ts';

/** Milliseconds in which all of a command that ended must be gone, also on a busy machine. */
const GONE_WITHIN = 15_000;

export const audio = (file: string): string => fileURLToPath(new URL(`../../audio/${file}`, import.meta.url));

/** Makes a file with ffmpeg. */
export const make = (...args: string[]): Promise<unknown> =>
  promisify(execFile)(process.env.LONGHAND_FFMPEG ?? 'ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args]);

/** One line with the code, the table's exit status, nothing on standard output, no stack trace. */
export function expectRefusal({ status, stdout, stderr }: Outcome, code: ErrorCode): void {
  const coded = stderr.split('\n').filter((line) => /\bLH_[A-Z_]+: /.test(line));
  expect(coded, stderr).toEqual([expect.stringMatching(new RegExp(`^${code}: .{20}`))]);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe('');
  expect(status).toBe(ERRORS[code].exit);
}

/** Ends a command as Ctrl-C does, and waits for its end. */
export async function interrupt(command: Command): Promise<Outcome> {
  command.process.kill('SIGINT');
  return command.outcome;
}

/** No process of the home, and no temporary file. */
export async function expectNothingLeft(home: string): Promise<void> {
  await until(async () => (await processesOf(home)).length === 0, 'Expected no process', GONE_WITHIN);
  expect(await readdir(join(home, 'store', '.tmp')).catch(() => [])).toEqual([]);
}

/** The committed chunks' files, and when each was written. */
export async function chunkTimes(home: string): Promise<Map<string, number>> {
  const folder = join(home, 'store', 'chunks');
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json'));
  const times = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).mtimeMs));
  return new Map(files.map((name, index) => [name, times[index] ?? 0]));
}

/** Waits until `count` chunks are committed, at most `within` milliseconds. */
export const committed = (home: string, count: number, within?: number): Promise<true> =>
  until(
    async () => (await chunkTimes(home)).size >= count,
    `Expected ${count} chunks to be committed`,
    within,
  );
