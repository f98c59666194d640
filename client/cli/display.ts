import { MultiBar, type SingleBar } from 'cli-progress';
import { clock } from '../../workflows/clock.ts';
import { SAMPLE_RATE, type Progress } from '../../workflows/contract.ts';

/** Milliseconds between two lines about the same thing where there is no terminal to draw bars on. */
const LINE_INTERVAL = 10_000;

/** What a command shows on standard error while it works: bars on a terminal, plain lines elsewhere. */
export interface Display {
  /** A download; `total` is null where unknown. Bytes. */
  fetched(name: string, done: number, total: number | null): void;
  /** How far a transcription is. */
  progressed(name: string, progress: Progress): void;
  /** A transcription has ended: its bar goes. */
  ended(name: string): void;
  note(text: string): void;
  close(): void;
}

export function openDisplay(stream: NodeJS.WriteStream = process.stderr): Display {
  return stream.isTTY ? new Bars(stream) : new Lines(stream);
}

class Bars implements Display {
  readonly #bars: MultiBar;
  readonly #byName = new Map<string, SingleBar>();
  readonly #speeds = new Map<string, Speedometer>();

  constructor(stream: NodeJS.WriteStream) {
    const format = '{name}  {bar}  {text}';
    this.#bars = new MultiBar({ stream, format, hideCursor: true, clearOnComplete: true, barsize: 24 });
  }

  fetched(name: string, done: number, total: number | null): void {
    this.#draw(name, done, total ?? 0, describeFetch(done, total));
    if (done === total) this.ended(name);
  }

  progressed(name: string, progress: Progress): void {
    const { committed, total } = progress;
    this.#draw(name, committed, total, speedometer(this.#speeds, name).describe(progress));
  }

  ended(name: string): void {
    const bar = this.#byName.get(name);
    if (bar) this.#bars.remove(bar);
    this.#byName.delete(name);
  }

  note(text: string): void {
    this.#bars.log(`${text}\n`);
  }

  close(): void {
    this.#bars.stop();
  }

  #draw(name: string, done: number, total: number, text: string): void {
    const bar = this.#byName.get(name) ?? this.#bars.create(1, 0, { name, text });
    this.#byName.set(name, bar);
    bar.setTotal(Math.max(total, 1));
    bar.update(done, { name, text });
  }
}

class Lines implements Display {
  readonly #stream: NodeJS.WriteStream;
  readonly #last = new Map<string, number>();
  readonly #fetched = new Set<string>();
  readonly #speeds = new Map<string, Speedometer>();

  constructor(stream: NodeJS.WriteStream) {
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
    const text = speedometer(this.#speeds, name).describe(progress);
    if (this.#isDue(name)) this.note(`${name}: ${text}`);
  }

  ended(name: string): void {
    this.#last.delete(name);
  }

  note(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  close(): void {
    this.#last.clear();
  }

  #isDue(name: string): boolean {
    const now = performance.now();
    if (now - (this.#last.get(name) ?? -Infinity) < LINE_INTERVAL) return false;
    this.#last.set(name, now);
    return true;
  }
}

/** Speed and time left of one transcription, from when its first text was committed. */
class Speedometer {
  #start: { time: number; committed: number } | undefined;

  describe({ phase, committed, total }: Progress): string {
    if (phase === 'ingest') return 'reading';
    if (phase === 'publish') return 'writing';
    const now = performance.now() / 1000;
    this.#start ??= { time: now, committed };
    const speed = (committed - this.#start.committed) / SAMPLE_RATE / (now - this.#start.time);
    const done = `${clock(committed)} of ${clock(total)}`;
    if (!(speed > 0) || !Number.isFinite(speed)) return done;
    return `${done} · ${speed.toFixed(0)}× · ${clock((total - committed) / speed)} left`;
  }
}

function speedometer(all: Map<string, Speedometer>, name: string): Speedometer {
  const known = all.get(name) ?? new Speedometer();
  all.set(name, known);
  return known;
}

function describeFetch(done: number, total: number | null): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  return `fetched ${megabytes(done)}${total === null ? '' : ` of ${megabytes(total)}`} MB`;
}
