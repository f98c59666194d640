/** Measures a stretch of the workflow's clock, which stands still between two of its tasks. Milliseconds. */
export class Stopwatch {
  #started: number | null = null;
  #stopped: number | null = null;

  /** Does nothing where it runs already. */
  start(): void {
    this.#started ??= Date.now();
  }

  stop(): void {
    this.#stopped ??= Date.now();
  }

  /** So far, or until it was stopped; null before it was started. */
  get elapsed(): number | null {
    return this.#started === null ? null : (this.#stopped ?? Date.now()) - this.#started;
  }
}
