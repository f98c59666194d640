import type { Client } from '@temporalio/client';
import { setTimeout } from 'node:timers/promises';
import type { TranscriptionOptions, TranscriptionResult } from '../../workflows/contract.ts';
import { fileSource } from '../source.ts';
import { progressOf, startOrAttach, type Transcription } from '../transcription.ts';
import type { Display } from './display.ts';
import { whenAborted } from './exit.ts';

const PROGRESS_INTERVAL = 500;

export interface Watched {
  readonly client: Client;
  readonly display: Display;
  readonly interrupted: AbortSignal;
}

/**
 * Transcribes one file and shows how far it is. An interrupt cancels what this command started, and leaves alone
 * what it only attached to. Rejects with whatever the client throws, or with the interrupt's reason.
 */
export async function transcribeFile(
  path: string,
  options: TranscriptionOptions,
  { client, display, interrupted }: Watched,
): Promise<TranscriptionResult> {
  const source = await fileSource(path);
  interrupted.throwIfAborted();
  const transcription = await startOrAttach(client, { source, options });
  const over = new AbortController();
  void showProgress(path, client, transcription, display, over.signal);
  try {
    const result = transcription.handle.result() as Promise<TranscriptionResult>;
    result.catch(() => undefined);
    return await Promise.race([result, whenAborted(interrupted)]);
  } catch (error) {
    if (interrupted.aborted && !transcription.attached) await transcription.handle.cancel();
    throw error;
  } finally {
    over.abort();
    display.ended(path);
  }
}

async function showProgress(
  path: string,
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
      display.progressed(path, { ...progress, committed });
    }
    await setTimeout(PROGRESS_INTERVAL, null, { signal: over }).catch(() => undefined);
  }
}
