import { setTimeout } from 'node:timers/promises';
import type { Progress, TranscriptionResult } from '../../workflows/contract.ts';
import type { Transcription } from '../transcription.ts';
import { whenAborted } from './exit.ts';

const PROGRESS_INTERVAL = 500;
/** Milliseconds a cancelled transcription has to end; what is left of it ends when its request comes again. */
export const CANCELLED_WITHIN = 5000;

export interface Awaiting {
  readonly onStarted: (transcription: Transcription) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly interrupted: AbortSignal;
}

/**
 * Waits for a transcription that this command is about to start or attach to. An interrupt cancels what the command
 * started, and leaves alone what it only attached to. Rejects as `Longhand.transcribe` and `Transcription.result` do,
 * or with the interrupt's reason.
 */
export async function awaitTranscription(
  starting: Promise<Transcription>,
  { onStarted, onProgress, interrupted }: Awaiting,
): Promise<{ transcription: Transcription; result: TranscriptionResult }> {
  const over = new AbortController();
  const ending = starting.then(async (transcription) => {
    onStarted(transcription);
    void tellProgress(transcription, onProgress, over.signal);
    return { transcription, result: await transcription.result() };
  });
  try {
    return await Promise.race([ending, whenAborted(interrupted)]);
  } catch (error) {
    if (interrupted.aborted) {
      const cancelled = starting.then(async (transcription) => {
        if (transcription.attached) return;
        await transcription.cancel();
        await ending;
      });
      await Promise.race([cancelled.catch(() => undefined), setTimeout(CANCELLED_WITHIN)]);
    }
    throw error;
  } finally {
    over.abort();
  }
}

/** Tells how far a transcription is, twice a second, until `over`. */
export async function tellProgress(
  transcription: Transcription,
  onProgress: (progress: Progress) => void,
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    const progress = await transcription.progress().catch(() => null);
    if (progress && !over.aborted) onProgress(progress);
    await setTimeout(PROGRESS_INTERVAL, null, { signal: over }).catch(() => undefined);
  }
}
