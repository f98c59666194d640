import type { GpuActivities } from './types.ts';
import { heartbeating } from './heartbeat.ts';
import type { Store } from './store/store.ts';
import { transcribeChunk, type TranscribeWindow } from './transcribe.ts';

export interface GpuDependencies {
  readonly store: Store;
  readonly transcribe: TranscribeWindow;
}

/** The activities of a GPU queue. */
export function createGpuActivities({ store, transcribe }: GpuDependencies): GpuActivities {
  return {
    transcribe: (request) =>
      heartbeating((_, signal) => transcribeChunk(request, { store, transcribe, signal })),
  };
}
