import type { TranscriptionResult } from '../../workflows/contract.ts';
import type { Transcription } from '../transcription.ts';
import type { Asking } from './ask-server.ts';
import { tellProgress } from './await-transcription.ts';
import { whenAborted } from './exit.ts';

/**
 * Shows how far a transcription is until it ends, and gives its result: of the run that `begin` gives, else of the one
 * there is. Ctrl-C ends the waiting alone. Rejects as `begin` and `Transcription.result` do.
 */
export async function showUntilEnd(
  transcription: Transcription,
  { display, serve, interrupted }: Asking,
  begin: (over: AbortSignal) => Promise<Transcription> = () => Promise.resolve(transcription),
): Promise<TranscriptionResult> {
  const over = new AbortController();
  const { signal } = over;
  const ending = async (): Promise<TranscriptionResult> => {
    const { name, models } = await transcription.describe();
    serve(models);
    const run = await begin(signal);
    void tellProgress(run, (progress) => display.progressed(name, progress), signal);
    return run.result({ signal });
  };
  try {
    return await Promise.race([ending(), whenAborted(interrupted)]);
  } finally {
    over.abort();
    display.hide();
  }
}
