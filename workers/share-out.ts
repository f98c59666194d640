import type { Window, WindowState } from '../models/engine/protocol.ts';
import type { WindowResult } from '../models/whisper/session.ts';
import { Gate } from './gate.ts';

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
  /** Closed while its engine is given nothing. */
  readonly gate: Gate;
  /** Called where it is closed and nothing that was begun is left. */
  onDrained: () => void;
}

const leftOf = ({ jobs }: Place): number => [...jobs].reduce((sum, { state }) => sum + LEFT[state], 0);
const waitingOf = ({ jobs }: Place): Job[] => [...jobs].filter(({ state }) => state === 'waiting');
const least = (places: readonly Place[]): Place =>
  places.reduce((least, each) => (leftOf(each) < leftOf(least) ? each : least));

/**
 * Shares windows out among engines: each goes to the one that has the least left to do, and an engine that has nothing
 * takes over half of what another has not begun, so that all end together.
 */
export class ShareOut implements Transcriber {
  readonly #places: readonly Place[];

  constructor(engines: readonly Transcriber[]) {
    this.#places = engines.map((engine) => ({
      engine,
      jobs: new Set(),
      gate: new Gate(),
      onDrained: () => undefined,
    }));
  }

  /** How many engines are given windows. */
  get open(): number {
    return this.#open.length;
  }

  /**
   * Gives an engine, by its number, nothing more until `fill`; resolves when it has done what it began. What it has not begun
   * goes to the others, and where there are none waits for it.
   */
  drain(engine: number): Promise<void> {
    const place = this.#places[engine]!;
    place.gate.close();
    for (const job of waitingOf(place)) move(job, this.open > 0 ? least(this.#open) : place);
    return new Promise((resolve) => {
      place.onDrained = resolve;
      tellDrained(place);
    });
  }

  /** Gives an engine windows again. */
  fill(engine: number): void {
    const place = this.#places[engine]!;
    place.onDrained = () => undefined;
    place.gate.open();
    this.#balance();
  }

  async transcribe(
    window: Window,
    signal: AbortSignal,
    onState?: (state: WindowState) => void,
  ): Promise<WindowResult> {
    const place = least(this.open > 0 ? this.#open : this.#places);
    const job: Job = { place, state: 'waiting', taken: new AbortController() };
    place.jobs.add(job);
    try {
      for (;;) {
        const { place: here, taken } = job;
        const either = AbortSignal.any([signal, taken.signal]);
        try {
          if (!here.gate.isOpen) await here.gate.passed(either);
          return await here.engine.transcribe(window, either, (state) => {
            job.state = state;
            onState?.(state);
          });
        } catch (error) {
          if (!taken.signal.aborted || signal.aborted) throw error;
        }
      }
    } finally {
      job.place.jobs.delete(job);
      tellDrained(job.place);
      this.#balance();
    }
  }

  get #open(): Place[] {
    return this.#places.filter(({ gate }) => gate.isOpen);
  }

  #balance(): void {
    for (const idle of this.#open.filter(({ jobs }) => jobs.size === 0)) {
      const [longest = []] = this.#places.map(waitingOf).sort((a, b) => b.length - a.length);
      for (const job of longest.slice(Math.floor(longest.length / 2))) move(job, idle);
    }
  }
}

function tellDrained(place: Place): void {
  if (place.jobs.size === waitingOf(place).length) place.onDrained();
}

function move(job: Job, to: Place): void {
  const { taken } = job;
  job.place.jobs.delete(job);
  to.jobs.add(job);
  job.place = to;
  job.taken = new AbortController();
  taken.abort();
}
