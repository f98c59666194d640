import { access, constants, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { outputFailure } from '../../../activities/publish/output-failure.ts';
import { outputName } from '../../../activities/publish/output-name.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { nameOf, shownPath, type FoundFile } from './find-files.ts';

/** A file to transcribe, and the folder that gets its outputs; null keeps them in the store. */
export interface PlacedFile extends FoundFile {
  readonly out: string | null;
}

/**
 * Gives each file its output folder: `out`, and below it the file's own folder below the one that was named. Throws
 * LH_OUTPUT_COLLISION where two sources would write one file.
 */
export function placeFiles(files: readonly FoundFile[], out: string | null): PlacedFile[] {
  if (out === null) return files.map((file) => ({ ...file, out }));
  const placed = files.map((file) => ({ ...file, out: resolve(out, file.folder) }));
  const sources = new Map<string, string>();
  for (const file of placed) {
    const path = shownPath(file);
    const output = join(file.out, outputName(nameOf(file), 'txt'));
    const other = sources.get(output);
    if (other !== undefined) {
      throw new LonghandError(
        'LH_OUTPUT_COLLISION',
        `Expected sources with different names, but ${other} and ${path} would both write ${output}`,
      );
    }
    sources.set(output, path);
  }
  return placed;
}

/** Makes an output folder before the work begins. Throws LH_NOT_WRITABLE or LH_DISK_FULL. */
export async function prepareFolder(out: string | null): Promise<void> {
  if (out === null) return;
  try {
    await mkdir(out, { recursive: true });
    await access(out, constants.W_OK);
  } catch (error) {
    throw outputFailure(error, out);
  }
}
