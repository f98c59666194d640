import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LonghandError } from '../../../workflows/errors.ts';
import { checkFile } from '../../source.ts';
import { placeFiles, prepareFolder, type PlacedFile } from './destinations.ts';
import { findFiles } from './find-files.ts';

/** The files of a command, and what is wrong with those that need no work to know it. */
export interface PlannedFiles {
  readonly files: readonly PlacedFile[];
  /** By path, also of folders that cannot be read. */
  readonly failures: ReadonlyMap<string, unknown>;
  readonly skipped: number;
}

export interface PlanOptions {
  readonly recursive: boolean;
  readonly out?: string;
  readonly key?: string;
}

/**
 * What a command has to do for the paths it was given; makes the output folders. Throws LH_OUTPUT_COLLISION,
 * LH_NOT_WRITABLE, LH_DISK_FULL, LH_SOURCE_MISSING where folders hold no media, and LH_OPTION_INVALID where one key
 * would name several files.
 */
export async function planFiles(
  paths: readonly string[],
  { recursive, out, key }: PlanOptions,
): Promise<PlannedFiles> {
  const found = await findFiles(paths, recursive);
  if (found.files.length === 0 && found.failures.length === 0) {
    throw new LonghandError(
      'LH_SOURCE_MISSING',
      `Expected audio or video files below ${paths.join(', ')}, found none (${found.skipped} others)`,
    );
  }
  if (key !== undefined && found.files.length > 1) {
    throw new LonghandError('LH_OPTION_INVALID', `Expected one file for \`key\`, got ${found.files.length}`);
  }
  const placed = placeFiles(found.files, out === undefined ? null : resolve(out));
  const unreadable = found.failures.map(({ path }) => ({ path, folder: '', out: null }));
  const failures = new Map<string, unknown>(found.failures.map(({ path, error }) => [path, error]));
  for (const { path, remote } of placed) {
    if (remote === undefined) await check(path).catch((error: unknown) => failures.set(path, error));
  }
  const folders = new Set(placed.filter(({ path }) => !failures.has(path)).map((file) => file.out));
  for (const folder of folders) await prepareFolder(folder);
  return { files: [...placed, ...unreadable], failures, skipped: found.skipped };
}

async function check(path: string): Promise<void> {
  try {
    await checkFile(path);
  } catch (error) {
    if (!(await stat(path).catch(() => null))?.isDirectory()) throw error;
    const message = `Expected an audio or video file at ${path}, found a folder; --recursive transcribes what is below it`;
    throw new LonghandError('LH_SOURCE_NOT_FILE', message, { cause: error });
  }
}
