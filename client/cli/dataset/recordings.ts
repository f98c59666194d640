import { basename, parse } from 'node:path';
import { LonghandError } from '../../../workflows/errors.ts';
import type { TranscriptFile } from './transcript-file.ts';

/**
 * The recording of a transcript among `paths`: the file that the transcript names, else the one of its own name with
 * another extension. Throws LH_SOURCE_MISSING, or LH_OPTION_INVALID where several fit.
 */
export function recordingOf({ path, source }: TranscriptFile, paths: readonly string[]): string {
  const named = paths.filter((candidate) => basename(candidate) === source);
  const found = named.length > 0 ? named : paths.filter((candidate) => stem(candidate) === stem(path));
  const [first, second] = found;
  if (first === undefined) {
    throw new LonghandError(
      'LH_SOURCE_MISSING',
      `Expected the recording of ${basename(path)} (${source ?? stem(path)}) among what \`--audio\` names, found none`,
    );
  }
  if (second !== undefined) {
    throw new LonghandError(
      'LH_OPTION_INVALID',
      `Expected one recording of ${basename(path)} among what \`--audio\` names, got ${first} and ${second}`,
    );
  }
  return first;
}

const stem = (path: string): string => parse(path).name;
