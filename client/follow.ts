import { setTimeout } from 'node:timers/promises';
import type { Progress, SectionTranscript, TranscriptionResult } from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';
import { writeCursor, type Cursor } from './cursor.ts';

/** How to follow a transcription. */
export interface FollowOptions {
  /**
   * The cursor of the last event that was dealt with: what follows begins after it, in the same run.
   * @default the beginning
   */
  readonly cursor?: string;
  /** Milliseconds between two looks at the progress, from 10. @default 1000 */
  readonly interval?: number;
  /** Ends the following, which then rejects with its reason; the transcription goes on. */
  readonly signal?: AbortSignal;
}

/** Something that has happened to a transcription. `cursor`: opaque; give it to `follow` to go on after this event. */
export type FollowEvent =
  | { readonly type: 'progress'; readonly cursor: string; readonly progress: Progress }
  | {
      readonly type: 'section';
      readonly cursor: string;
      /** Number of the section, from 0; they come in order. */
      readonly section: number;
      readonly transcript: SectionTranscript;
    }
  | { readonly type: 'done'; readonly cursor: string; readonly result: TranscriptionResult };

/** What is followed: one run. */
export interface Followed {
  /** How far it is; null while nobody can tell. */
  readonly progress: () => Promise<Progress | null>;
  /** A finished section; null where the store does not hold it. */
  readonly section: (section: number) => Promise<SectionTranscript | null>;
  readonly result: (signal: AbortSignal) => Promise<TranscriptionResult>;
}

type Ending = { readonly result: TranscriptionResult } | { readonly error: unknown };

/**
 * Gives each section in order when it is finished, the progress whenever it has changed, and the result. Rejects with
 * what the run ended with, after the sections that were finished before; with LH_STORE_MISSING where the store does
 * not hold a finished section; with the reason of `signal`.
 */
export async function* followRun(
  run: Followed,
  { runId, section: first }: Cursor,
  { interval, signal }: { interval: number; signal: AbortSignal },
): AsyncGenerator<FollowEvent> {
  const over = run.result(signal).then(
    (result): Ending => ({ result }),
    (error: unknown): Ending => ({ error }),
  );
  let next = first;
  const cursor = (): string => writeCursor({ runId, section: next });
  let shown = '';
  function* progressed(progress: Progress | null): Generator<FollowEvent> {
    const text = JSON.stringify(progress);
    if (progress === null || text === shown) return;
    shown = text;
    yield { type: 'progress', cursor: cursor(), progress };
  }
  async function* finished(count: number): AsyncGenerator<FollowEvent> {
    while (next < count) {
      signal.throwIfAborted();
      const transcript = await run.section(next);
      // After a failure nobody says how many are finished.
      if (transcript === null && count === Infinity) return;
      if (transcript === null) throw missing(next);
      const section = next;
      next += 1;
      yield { type: 'section', cursor: cursor(), section, transcript };
    }
  }
  for (;;) {
    const seen = await Promise.race([over, run.progress()]);
    signal.throwIfAborted();
    if (seen !== null && ('result' in seen || 'error' in seen)) break;
    yield* finished(seen?.sectionsDone ?? 0);
    yield* progressed(seen);
    await Promise.race([over, pause(interval, signal)]);
  }
  const ending = await over;
  if ('error' in ending) {
    yield* finished(Infinity);
    throw ending.error;
  }
  yield* finished(ending.result.sections);
  yield* progressed(await run.progress());
  yield { type: 'done', cursor: cursor(), result: ending.result };
}

/** Resolves after `milliseconds`, or when `signal` fires. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, null, { signal }).catch(() => undefined);
}

function missing(section: number): LonghandError {
  return new LonghandError(
    'LH_STORE_MISSING',
    `Expected section ${section} in the store, found nothing: is it the workers' store?`,
    { details: { section } },
  );
}

/** Throws LH_OPTION_INVALID. */
export function checkInterval(interval: number): void {
  if (Number.isFinite(interval) && interval >= 10) return;
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected \`interval\` to be milliseconds from 10, got \`${interval}\``,
  );
}
