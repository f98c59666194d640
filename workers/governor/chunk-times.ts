/** Chunks whose times are kept: enough for a percentile of 99, and few enough to be of the present. */
const KEPT = 200;
/** Below so many the percentile is the slowest of all. */
const LEAST = 100;
/** Seconds after which a time is of the past. */
const FRESH = 600;

/** How long a device's latest chunks took, from the first step of their inference on. */
export class ChunkTimes {
  readonly #times: { readonly at: number; readonly seconds: number }[] = [];

  /** `at`: seconds of a steady clock. */
  add(at: number, seconds: number): void {
    this.#times.push({ at, seconds });
    if (this.#times.length > KEPT) this.#times.shift();
  }

  /** To be told when the device works otherwise from now on. */
  forget(): void {
    this.#times.length = 0;
  }

  /** The 99th percentile, in seconds, of what is fresh at a moment; null where that is too little. */
  slowest(now: number): number | null {
    const fresh = this.#times.filter(({ at }) => now - at <= FRESH).map(({ seconds }) => seconds);
    if (fresh.length < LEAST) return null;
    return fresh.sort((a, b) => a - b)[Math.ceil(0.99 * fresh.length) - 1]!;
  }
}
