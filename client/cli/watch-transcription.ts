import type { Client } from '@temporalio/client';
import { setTimeout } from 'node:timers/promises';
import type { TranscriptionRequest, TranscriptionResult } from '../../workflows/contract.ts';
import { progressOf, startOrAttach, type Transcription } from '../transcription.ts';
import type { Display } from './display.ts';
import { whenAborted } from './exit.ts';

const PROGRESS_INTERVAL = 500;
/** Milliseconds a cancelled transcription has to end; what is left of it ends when its request comes again. */
const CANCEL_DEADLINE = 5000;

export interface Watching {
  readonly client: Client;
  readonly display: Display;
  readonly interrupted: AbortSignal;
}

/**
 * Transcribes one source and shows how far it is. An interrupt cancels what this command started, and leaves alone
 * what it only attached to. Rejects with whatever the client throws, or with the interrupt's reason.
 */
export async function watchTranscription(
  request: TranscriptionRequest,
  { client, display, interrupted }: Watching,
): Promise<TranscriptionResult> {
  const { name } = request.source;
  const transcription = await startOrAttach(client, request);
  const over = new AbortController();
  void showProgress(name, client, transcription, display, over.signal);
  const result = transcription.handle.result() as Promise<TranscriptionResult>;
  const settled = result.catch(() => undefined);
  try {
    return await Promise.race([result, whenAborted(interrupted)]);
  } catch (error) {
    if (interrupted.aborted && !transcription.attached) {
      await transcription.handle.cancel();
      await Promise.race([settled, setTimeout(CANCEL_DEADLINE)]);
    }
    throw error;
  } finally {
    over.abort();
    display.ended(name);
  }
}

async function showProgress(
  name: string,
  client: Client,
  { handle }: Transcription,
  display: Display,
  over: AbortSignal,
): Promise<void> {
  let committed = 0;
  while (!over.aborted) {
    const progress = await progressOf(client, handle).catch(() => null);
    if (progress && !over.aborted) {
      // Two queries are not one moment: what was shown once stays.
      committed = Math.max(committed, progress.committed);
      display.progressed(name, { ...progress, committed });
    }
    await setTimeout(PROGRESS_INTERVAL, null, { signal: over }).catch(() => undefined);
  }
}
