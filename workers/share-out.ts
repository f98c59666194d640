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
const LEFT = { waiting: 1, encoding: 0.75, decoding: 0.25 } as const;

/** A window on its way through an engine. */
interface Job {
  state: keyof typeof LEFT;
  /** Takes it from its engine, for the place that it is to go to. */
  readonly move: (to: Place) => void;
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
    let place = this.#places.reduce((least, each) => (leftOf(each) < leftOf(least) ? each : least));
    for (;;) {
      const { engine, jobs } = place;
      const taken = new AbortController();
      let next: Place | undefined;
      const move = (to: Place) => {
        next = to;
        taken.abort();
      };
      const job: Job = { state: 'waiting', move };
      jobs.add(job);
      try {
        return await engine.transcribe(window, AbortSignal.any([signal, taken.signal]), (state) => {
          job.state = state;
          onState?.(state);
        });
      } catch (error) {
        if (!next || signal.aborted) throw error;
        place = next;
      } finally {
        jobs.delete(job);
        this.#balance();
      }
    }
  }

  #balance(): void {
    for (const idle of this.#places.filter(({ jobs }) => jobs.size === 0)) {
      const [longest = []] = this.#places.map(waitingOf).sort((a, b) => b.length - a.length);
      for (const job of longest.slice(Math.floor(longest.length / 2))) job.move(idle);
    }
  }
}
