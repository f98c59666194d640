import { MultiBar, type SingleBar } from 'cli-progress';
import type { Progress } from '../../../workflows/contract.ts';
import { describeFetch, describeFiles } from './describe.ts';
import type { Display, Overall } from './display.ts';
import { printable } from './printable.ts';
import { Speedometer, Speedometers } from './speedometer.ts';

/** Columns of a name: longer ones lose their middle. */
const NAME = 32;
/** Steps of the bar of all files. */
const STEPS = 1000;

/**
 * A bar for each download and each running transcription, and one for all files, on a terminal. They go before
 * anything else is written, and come back with the next progress.
 */
export class Bars implements Display {
  readonly #stream: NodeJS.WriteStream;
  /** Null while none is shown. */
  #bars: MultiBar | null = null;
  readonly #byName = new Map<string, SingleBar>();
  readonly #speeds = new Speedometers();
  readonly #speed = new Speedometer();

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  fetched(name: string, done: number, total: number | null): void {
    this.#draw(name, done, total ?? 0, describeFetch(done, total));
    if (done === total) this.ended(name);
  }

  progressed(name: string, progress: Progress): void {
    this.#draw(name, progress.committed, progress.total, this.#speeds.of(name).describe(progress));
  }

  ended(name: string): void {
    const bar = this.#byName.get(name);
    if (bar) this.#bars?.remove(bar);
    this.#byName.delete(name);
    this.#speeds.forget(name);
  }

  overall(all: Overall): void {
    const { committed, total } = all.audio;
    const audio = total > 0 ? ` · ${this.#speed.measure(committed, total)}` : '';
    this.#draw('all', Math.floor(all.share * STEPS), STEPS, `${describeFiles(all)}${audio}`);
  }

  note(text: string): void {
    this.hide();
    this.#stream.write(`${printable(text)}\n`);
  }

  hide(): void {
    this.#bars?.stop();
    this.#bars = null;
    this.#byName.clear();
  }

  close(): void {
    this.hide();
  }

  #draw(key: string, done: number, total: number, text: string): void {
    const name = shorten(key);
    this.#bars ??= this.#makeBars();
    const bar = this.#byName.get(key) ?? this.#bars.create(1, 0, { name, text });
    this.#byName.set(key, bar);
    bar.setTotal(Math.max(total, 1));
    bar.update(done, { name, text });
  }

  #makeBars(): MultiBar {
    const format = '{name}  {bar}  {text}';
    return new MultiBar({
      stream: this.#stream,
      format,
      hideCursor: true,
      clearOnComplete: true,
      barsize: 24,
    });
  }
}

function shorten(name: string): string {
  const letters = [...name];
  if (letters.length <= NAME) return name;
  return [...letters.slice(0, NAME / 2 - 1), '…', ...letters.slice(-NAME / 2)].join('');
}
