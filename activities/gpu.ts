import { activityInfo } from '@temporalio/activity';
import { range } from '../workflows/clock.ts';
import { heartbeating } from './heartbeat.ts';
import type { Store } from './store/store.ts';
import { transcribeChunk, type TranscribeWindow } from './transcribe.ts';
import type { GpuActivities } from './types.ts';

interface GpuDependencies {
  readonly store: Store;
  readonly transcribe: TranscribeWindow;
  /** Name of the device behind `transcribe`: `cpu`, `cuda:0`. */
  readonly device: string;
  /** The worker's identity, as the Temporal UI shows it. */
  readonly worker: string;
}

/** The activities of a GPU queue. */
export function createGpuActivities({ store, transcribe, device, worker }: GpuDependencies): GpuActivities {
  return {
    transcribe: (request) =>
      heartbeating((report, signal) => {
        const chunk = range(request.chunk.spans);
        const { precision } = request.rung;
        return transcribeChunk(request, {
          store,
          transcribe,
          signal,
          onState: (state) => report({ chunk, precision, device, state }),
          by: { attempt: activityInfo().attempt, worker, device },
        });
      }),
  };
}
