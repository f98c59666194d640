import type { Progress } from '../../../workflows/contract.ts';
import { describeFetch, describeFiles } from './describe.ts';
import type { Display, Overall } from './display.ts';
import { printable } from './printable.ts';
import { Speedometer, Speedometers } from './speedometer.ts';

/** Milliseconds between two lines about the same thing. */
const INTERVAL = 10_000;

/** Plain lines, now and then, where there is no terminal to draw bars on. */
export class Lines implements Display {
  readonly #stream: NodeJS.WritableStream;
  readonly #last = new Map<string, number>();
  readonly #fetched = new Set<string>();
  readonly #speeds = new Speedometers();
  readonly #speed = new Speedometer();

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  fetched(name: string, done: number, total: number | null): void {
    if (done !== total) {
      if (this.#isDue(name)) this.note(`${name}: ${describeFetch(done, total)}`);
    } else if (!this.#fetched.has(name)) {
      this.#fetched.add(name);
      this.note(`${name}: ${describeFetch(done, total)}`);
    }
  }

  progressed(name: string, progress: Progress): void {
    const text = this.#speeds.of(name).describe(progress);
    if (this.#isDue(name)) this.note(`${name}: ${text}`);
  }

  ended(name: string): void {
    this.#last.delete(name);
    this.#speeds.forget(name);
  }

  overall(all: Overall): void {
    const { committed, total } = all.audio;
    if (total === 0) return;
    const text = this.#speed.measure(committed, total);
    if (this.#isDue('')) this.note(`${describeFiles(all)} · ${text}`);
  }

  note(text: string): void {
    this.#stream.write(`${printable(text)}\n`);
  }

  hide(): void {
    // Whole lines are in nobody's way.
  }

  close(): void {
    this.#last.clear();
  }

  #isDue(name: string): boolean {
    const now = performance.now();
    if (now - (this.#last.get(name) ?? -Infinity) < INTERVAL) return false;
    this.#last.set(name, now);
    return true;
  }
}
