import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { PARTS, processesOf, type Part } from '../../support/processes.ts';

const INTERVAL = 200;

/** Parts of Longhand, the commands that a user types, and what a part starts for a moment. */
export type Measured = Part | 'command' | 'helper';

/** The most bytes that the processes of each part, alive at one time, had held in memory. */
export type Peaks = Readonly<Partial<Record<Measured, number>>>;

/**
 * Follows the memory of every process of a home until it is stopped. The kernel keeps each process's peak
 * (`VmHWM`), so a look now and then misses nothing but the last moment of a process that ends.
 */
export class PeakMemory {
  readonly #home: string;
  readonly #peaks: Partial<Record<Measured, number>> = {};
  readonly #over = new AbortController();
  readonly #watching: Promise<void>;

  constructor(home: string) {
    this.#home = home;
    this.#watching = this.#watch();
  }

  async stop(): Promise<Peaks> {
    await this.#look();
    this.#over.abort();
    await this.#watching;
    return this.#peaks;
  }

  async #watch(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.#look();
      await setTimeout(INTERVAL, null, { signal: this.#over.signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const alive: Partial<Record<Measured, number>> = {};
    for (const { pid, command } of await processesOf(this.#home)) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const kilobytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
      const part = partOf(command);
      alive[part] = (alive[part] ?? 0) + kilobytes * 1024;
    }
    for (const [part, bytes] of Object.entries(alive) as [Measured, number][]) {
      this.#peaks[part] = Math.max(bytes, this.#peaks[part] ?? 0);
    }
  }
}

function partOf(command: string): Measured {
  if (/client\/cli\/main\.js/.test(command)) return 'command';
  const known = Object.entries(PARTS).find(([, pattern]) => pattern.test(command));
  return known ? (known[0] as Part) : 'helper';
}
