const INTERVAL = 500;

/**
 * Calls `onSilence` once when something busy gives no sign of life for `limit` milliseconds. Time in which this
 * process itself did not run (a suspended machine, SIGSTOP) does not count.
 */
export class Watchdog {
  limit: number;
  #silent = 0;
  #busy = false;
  #lastTick = performance.now();
  readonly #timer: NodeJS.Timeout;

  constructor(limit: number, onSilence: () => void) {
    this.limit = limit;
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.#silent += Math.min(now - this.#lastTick, 2 * INTERVAL);
      this.#lastTick = now;
      if (!this.#busy || this.#silent < this.limit) return;
      this.stop();
      onSilence();
    }, INTERVAL);
    this.#timer.unref();
  }

  /** Milliseconds since the last sign of life of something busy; 0 where it is not. */
  get silence(): number {
    return this.#busy ? this.#silent : 0;
  }

  alive(): void {
    this.#silent = 0;
  }

  busy(busy: boolean): void {
    if (busy && !this.#busy) this.#silent = 0;
    this.#busy = busy;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
