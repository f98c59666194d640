import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { PARTS, processesOf, type Part } from './processes.ts';

/** Parts of Longhand, the commands that a user types, and what a part starts for a moment. */
export type Measured = Part | 'command' | 'helper';

/** The most bytes that the processes of each name, alive at one time, had held in memory. */
export type Peaks<Name extends string> = Readonly<Partial<Record<Name, number>>>;

export interface Memory<Name extends string> {
  readonly peaks: Peaks<Name>;
  /** The most bytes that all processes held at one look; pages that several share count for each. */
  readonly together: number;
}

/** The processes to follow now, each with the name it counts under. */
export type FindProcesses<Name extends string> = () => Promise<
  readonly { readonly pid: number; readonly name: Name }[]
>;

/**
 * Follows the memory of processes until it is stopped. The kernel keeps each process's peak (`VmHWM`), so a look now
 * and then misses nothing but the last moment of a process that ends. Linux only.
 */
export class PeakMemory<Name extends string> {
  readonly #find: FindProcesses<Name>;
  readonly #peaks: Partial<Record<Name, number>> = {};
  readonly #over = new AbortController();
  readonly #watching: Promise<void>;
  #together = 0;

  /** `interval`: milliseconds between two looks. */
  constructor(find: FindProcesses<Name>, interval = 200) {
    this.#find = find;
    this.#watching = this.#watch(interval);
  }

  async stop(): Promise<Memory<Name>> {
    await this.#look();
    this.#over.abort();
    await this.#watching;
    return { peaks: this.#peaks, together: this.#together };
  }

  async #watch(interval: number): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.#look();
      await setTimeout(interval, null, { signal: this.#over.signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const alive: Partial<Record<Name, number>> = {};
    let together = 0;
    for (const { pid, name } of await this.#find()) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      alive[name] = (alive[name] ?? 0) + bytesOf('VmHWM', status);
      together += bytesOf('VmRSS', status);
    }
    for (const [name, bytes] of Object.entries(alive) as [Name, number][]) {
      this.#peaks[name] = Math.max(bytes, this.#peaks[name] ?? 0);
    }
    this.#together = Math.max(together, this.#together);
  }
}

/** Every process of a home, by the part it is. */
export function partsOf(home: string): FindProcesses<Measured> {
  return async () => (await processesOf(home)).map(({ pid, command }) => ({ pid, name: partOf(command) }));
}

function partOf(command: string): Measured {
  if (/client\/cli\/main\.js/.test(command)) return 'command';
  const known = Object.entries(PARTS).find(([, pattern]) => pattern.test(command));
  return known ? (known[0] as Part) : 'helper';
}

function bytesOf(field: 'VmHWM' | 'VmRSS', status: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * 1024;
}
