import type { Window, WindowState } from '../models/engine/protocol.ts';
import type { WindowResult } from '../models/whisper/session.ts';

/** What transcribes windows: an engine. */
export interface Transcriber {
  /** Rejects as `EngineProcess.submit` does. */
  transcribe(
    window: Window,
    signal: AbortSignal,
    onState?: (state: WindowState) => void,
  ): Promise<WindowResult>;
}

/** How much of a window is still to be done, on average: encoding takes about as long as a row's part of decoding. */
const LEFT = { waiting: 1, loading: 1, encoding: 0.75, decoding: 0.25 } as const;

/** A window on its way through a device. */
interface Job {
  place: Place;
  state: keyof typeof LEFT;
  /** Takes it from its engine. */
  taken: AbortController;
}

/** An engine and the windows it has been given. */
interface Place {
  readonly engine: Transcriber;
  readonly jobs: Set<Job>;
}

const leftOf = ({ jobs }: Place): number => [...jobs].reduce((sum, { state }) => sum + LEFT[state], 0);
const waitingOf = ({ jobs }: Place): Job[] => [...jobs].filter(({ state }) => state === 'waiting');

/**
 * Shares windows out among engines: each goes to the one that has the least left to do, and an engine that has nothing
 * takes over half of what another has not begun, so that all end together.
 */
export class ShareOut implements Transcriber {
  readonly #places: readonly Place[];

  constructor(engines: readonly Transcriber[]) {
    this.#places = engines.map((engine) => ({ engine, jobs: new Set() }));
  }

  async transcribe(
    window: Window,
    signal: AbortSignal,
    onState?: (state: WindowState) => void,
  ): Promise<WindowResult> {
    const place = this.#places.reduce((least, each) => (leftOf(each) < leftOf(least) ? each : least));
    const job: Job = { place, state: 'waiting', taken: new AbortController() };
    place.jobs.add(job);
    try {
      for (;;) {
        const { place: here, taken } = job;
        try {
          return await here.engine.transcribe(window, AbortSignal.any([signal, taken.signal]), (state) => {
            job.state = state;
            onState?.(state);
          });
        } catch (error) {
          if (job.place === here || signal.aborted) throw error;
        }
      }
    } finally {
      job.place.jobs.delete(job);
      this.#balance();
    }
  }

  #balance(): void {
    for (const idle of this.#places.filter(({ jobs }) => jobs.size === 0)) {
      const [longest = []] = this.#places.map(waitingOf).sort((a, b) => b.length - a.length);
      for (const job of longest.slice(Math.floor(longest.length / 2))) move(job, idle);
    }
  }
}

function move(job: Job, to: Place): void {
  const { taken } = job;
  job.place.jobs.delete(job);
  to.jobs.add(job);
  job.place = to;
  job.taken = new AbortController();
  taken.abort();
}
