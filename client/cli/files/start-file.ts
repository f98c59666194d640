import { toLonghandError } from '../../failure.ts';
import type { Longhand } from '../../longhand.ts';
import type { TranscribeOptions } from '../../../activities/request/options.ts';
import type { Transcription } from '../../transcription.ts';

/** Starts or finds the transcription of a file. Rejects as `Longhand.transcribe` does. */
export function startFile(
  path: string,
  options: TranscribeOptions,
  { longhand, ready }: { readonly longhand: Pick<Longhand, 'transcribe'>; readonly ready: Promise<void> },
): Promise<Transcription> {
  return longhand.transcribe(path, options).catch(async (error: unknown) => {
    // A command's own workers may still be on their way, with much to fetch.
    if (toLonghandError(error).code !== 'LH_WORKERS_AWAY') throw error;
    await ready;
    return longhand.transcribe(path, options);
  });
}
