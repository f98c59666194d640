import { CancellationScope, condition, isCancellation, metricMeter } from '@temporalio/workflow';
import type { Chunk, ChunkAnswer, ChunkOutcome, ChunkRequest, ChunkTry } from './contract.ts';
import type { ErrorCode } from './errors.ts';
import { asksForNextRung, codedFailure } from './failures.ts';
import { record } from './figures.ts';
import { nextServed, startingRung, type Descent } from './ladder-memory.ts';
import type { LadderWatch } from './ladder-watch.ts';
import { gpu } from './proxies.ts';
import { activityOptions, rungName } from './rung.ts';
import { chunkSummary } from './summaries.ts';

/** A chunk, and where it is in its section. */
export interface PlacedChunk {
  readonly chunk: Chunk;
  readonly index: number;
  readonly count: number;
}

/** A chunk's outcome, and the rungs tried for it. */
export interface TriedChunk {
  readonly outcome: ChunkOutcome;
  readonly tries: readonly ChunkTry[];
  /** Null where no rung was tried now. */
  readonly descent: Descent | null;
}

/** What is asked of every rung. */
interface Asked extends Pick<ChunkRequest, 'recording' | 'decode'> {
  /** Whether a device may leave the chunk to a lower rung for its load. */
  readonly isLowerable: boolean;
}

const BUSY: ErrorCode = 'LH_DEVICE_BUSY';

/**
 * Goes down the ladder until a rung gives the chunk's text; a chunk whose rungs are used up becomes a gap. A rung that
 * nobody serves is passed over where another is served; where none is, the chunk waits. A rung that was too busy is asked
 * again, and may not refuse then, where those below it are of no use. `fell` is called at each fall.
 */
export async function descend(
  { recording, decode, isLowerable }: Asked,
  place: PlacedChunk,
  watch: LadderWatch,
  fell: () => void,
): Promise<TriedChunk> {
  const { chunk } = place;
  const { ladder } = watch;
  const tries: ChunkTry[] = [];
  let gap: ChunkOutcome['gap'] = null;
  let at: number | null = startingRung(watch.memory, ladder);
  let least = Math.min(Math.max(watch.memory.start, watch.memory.ceiling), ladder.length - 1);
  let from: number | null = null;
  /** Indices of the rungs that were too busy, best first. */
  let busy: number[] = [];
  const isServed = (index: number): boolean => !watch.memory.unserved.includes(ladder[index]!.queue);
  const highest = (): number => Math.min(watch.memory.ceiling, ladder.length - 1);
  const servedFrom = (index: number): number | null =>
    nextServed(watch.memory, ladder, Math.max(index, highest()));
  const next = (): number | null => servedFrom(least) ?? busy.find(isServed) ?? null;
  while (at !== null) {
    const index: number = at;
    const rung = ladder[index]!;
    const { model, precision, queue } = rung;
    const said = { model, precision, queue, language: decode.language };
    const mayRefuse = isLowerable && servedFrom(Math.max(least, index + 1)) !== null;
    const request: ChunkRequest = { recording, chunk, rung, decode, ...(mayRefuse && { mayRefuse }) };
    // What has fallen has a reason to be a gap; what has not waits for a worker, whichever comes.
    const isElsewhere = (): boolean =>
      watch.memory.unserved.includes(queue) && (gap !== null || (next() ?? index) !== index);
    try {
      const answer = await transcribe(request, place, watch, isElsewhere);
      if (answer !== null) {
        const descent: Descent = [from ?? index, index];
        tries.push({ ...said, run: answer.run, failure: null });
        return { outcome: { chunk, rung, result: answer.result, gap: null }, tries, descent };
      }
    } catch (error) {
      const failure = codedFailure(error);
      if (!failure || !asksForNextRung(failure.code)) throw error;
      tries.push({ ...said, run: null, failure });
      from ??= index;
      least = Math.max(least, index + 1);
      busy = busy.filter((one) => one !== index);
      if (failure.code === BUSY) busy.push(index);
      else gap = failure;
      if (least < ladder.length) {
        record(metricMeter, 'longhand_falls', 1, { model, precision, code: failure.code });
        fell();
      }
    }
    // What has no reason to be a gap waits, whoever is there.
    at = next() ?? (gap === null ? index : null);
  }
  const descent: Descent = [from ?? 0, null];
  return { outcome: { chunk, rung: null, result: null, gap }, tries, descent };
}

/** One activity on one rung: its answer, or null where it was given up since `isElsewhere` before a worker began it. */
async function transcribe(
  request: ChunkRequest,
  { chunk, index, count }: PlacedChunk,
  watch: LadderWatch,
  isElsewhere: () => boolean,
): Promise<ChunkAnswer | null> {
  const { rung } = request;
  const summary = chunkSummary(chunk, index, count, rungName(rung, watch.ladder));
  const scope = new CancellationScope();
  const running = scope.run(() =>
    gpu.transcribe.executeWithOptions({ ...activityOptions(rung), summary }, [request]),
  );
  if (watch.isAnswered(rung.queue)) return running;
  watch.waits(rung.queue);
  const ended = running.then(
    () => true,
    () => true,
  );
  // The condition ends with its scope, so that none is left behind.
  const waiting = new CancellationScope();
  const left = waiting.run(() => condition(isElsewhere)).then(() => false);
  left.catch(() => undefined);
  const isAnswered = await Promise.race([ended, left]);
  waiting.cancel();
  if (isAnswered) {
    watch.answered(rung.queue);
    return running;
  }
  scope.cancel();
  try {
    return await running;
  } catch (error) {
    if (isCancellation(error) && !CancellationScope.current().consideredCancelled) return null;
    throw error;
  }
}
