import { activityInfo, heartbeat } from '@temporalio/activity';
import { range } from '../workflows/clock.ts';
import type { Rung } from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';
import { heartbeating } from './heartbeat.ts';
import type { Store } from './store/store.ts';
import { suspect } from './suspicion.ts';
import { transcribeChunk, type ChunkState, type TranscribeWindow } from './transcribe.ts';
import type { GpuActivities } from './types.ts';

interface GpuDependencies {
  readonly store: Store;
  readonly transcribe: TranscribeWindow;
  /** Name of the device behind `transcribe`: `cpu`, `cuda:0`. */
  readonly device: string;
  /** The worker's identity, as the Temporal UI shows it. */
  readonly worker: string;
  /** Why the device is too busy for a rung; null where it is not. */
  readonly refuses?: (rung: Rung) => string | null;
  /** Bytes that are free on the device; null where that is not known. */
  readonly freeMemory: () => Promise<number | null>;
}

/** The activities of a GPU queue. */
export function createGpuActivities({
  store,
  transcribe,
  device,
  worker,
  refuses = () => null,
  freeMemory,
}: GpuDependencies): GpuActivities {
  return {
    transcribe: (request) =>
      heartbeating(async (report, signal) => {
        const chunk = range(request.chunk.spans);
        const { precision } = request.rung;
        const info = activityInfo();
        // What the attempt before left there, whichever worker it was with.
        const { kills = 0 } = (info.heartbeatDetails ?? {}) as { kills?: number };
        let at = 'reading' as ChunkState;
        const say = (state: ChunkState, now = kills) => {
          at = state;
          return { chunk, precision, device, state, ...(now > 0 && { kills: now }) };
        };
        try {
          return await transcribeChunk(request, {
            store,
            transcribe: (rung, ...given) => {
              const reason = request.mayRefuse ? refuses(rung) : null;
              if (reason !== null) throw new LonghandError('LH_DEVICE_BUSY', reason, { details: { device } });
              return transcribe(rung, ...given);
            },
            signal,
            isAlone: kills > 0,
            onState: (state) => report(say(state)),
            by: { attempt: info.attempt, worker, device },
          });
        } catch (failure) {
          if (signal.aborted) throw failure;
          const wasBegun = at === 'loading' || at === 'encoding' || at === 'decoding';
          const { error, kills: now } = suspect(failure, { kills, wasBegun });
          if (now > kills) heartbeat(say(at, now));
          throw outOfMemory(error) ? await withMemory(error, request.rung, freeMemory) : error;
        }
      }),
  };
}

const outOfMemory = (error: unknown): error is LonghandError =>
  error instanceof LonghandError && error.code === 'LH_OUT_OF_MEMORY';

/** The same error with what the workflow and an operator want to know. */
async function withMemory(
  { code, message, cause, details }: LonghandError,
  { model, precision, queue }: Rung,
  freeMemory: GpuDependencies['freeMemory'],
): Promise<LonghandError> {
  const free = await freeMemory().catch(() => null);
  return new LonghandError(code, message, {
    cause,
    details: { ...details, rung: { model, precision, queue }, free },
  });
}
