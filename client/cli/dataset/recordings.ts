import { basename, parse } from 'node:path';
import { LonghandError } from '../../../workflows/errors.ts';
import type { TranscriptFile } from './transcript-file.ts';

/**
 * The recording of a transcript among `paths`: the file that the transcript names, else the one of its own name with
 * another extension; where there is one of each, they belong together. Throws LH_SOURCE_MISSING, or LH_OPTION_INVALID
 * where several fit.
 */
export function recordingOf(
  { path, source }: TranscriptFile,
  paths: readonly string[],
  isOnly: boolean,
): string {
  const [only] = paths;
  if (isOnly && paths.length === 1 && only !== undefined) return only;
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
