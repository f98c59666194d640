import { clock } from '../../../workflows/clock.ts';
import { SAMPLE_RATE, type Progress } from '../../../workflows/contract.ts';

/** Speed and time left of one transcription, or of several as one, from when the first text was seen. */
export class Speedometer {
  #start: { time: number; committed: number } | undefined;

  /** What to say of a transcription. */
  describe({ phase, committed, total }: Progress): string {
    if (phase === 'fetch') return 'fetching';
    if (phase === 'ingest') return 'reading';
    if (phase === 'publish' || phase === 'done') return 'writing';
    return this.measure(committed, total);
  }

  /** How much of the audio is done, how fast, and how long the rest takes. Samples. */
  measure(committed: number, total: number): string {
    const now = performance.now() / 1000;
    this.#start ??= { time: now, committed };
    const speed = (committed - this.#start.committed) / SAMPLE_RATE / (now - this.#start.time);
    const done = `${clock(committed)} of ${clock(total)}`;
    if (!(speed > 0) || !Number.isFinite(speed)) return done;
    return `${done} · ${speed.toFixed(0)}× · ${clock((total - committed) / speed)} left`;
  }
}

/** A speedometer for each name. */
export class Speedometers {
  readonly #byName = new Map<string, Speedometer>();

  of(name: string): Speedometer {
    const known = this.#byName.get(name) ?? new Speedometer();
    this.#byName.set(name, known);
    return known;
  }

  forget(name: string): void {
    this.#byName.delete(name);
  }
}
