import { once } from 'node:events';

/** Lets pass what comes while it is open, and holds what comes while it is closed until it is opened. */
export class Gate {
  #opened: AbortController | null = null;

  get isOpen(): boolean {
    return this.#opened === null;
  }

  close(): void {
    this.#opened ??= new AbortController();
  }

  open(): void {
    this.#opened?.abort();
    this.#opened = null;
  }

  /** Resolves when the gate is open; rejects with the reason of `signal` where that fires first. */
  async passed(signal: AbortSignal): Promise<void> {
    while (this.#opened) {
      const either = AbortSignal.any([this.#opened.signal, signal]);
      if (!either.aborted) await once(either, 'abort');
      signal.throwIfAborted();
    }
  }
}
