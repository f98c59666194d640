import { appendFileSync, readFileSync } from 'node:fs';
import type { Fault, PlaceName } from './plan.ts';

/** What the disturbed processes write down, a line each, and the test reads. */
export type Entry =
  | { readonly type: 'visit'; readonly place: PlaceName }
  /** `held`: the windows that the killed engine or worker had begun. */
  | { readonly type: 'fault'; readonly fault: Fault; readonly held: number }
  /** An engine began to encode a window. */
  | { readonly type: 'begun' }
  /** An attempt of a chunk came to its end. `chunk`: its first sample. */
  | { readonly type: 'answered'; readonly chunk: number; readonly found: boolean };

/** A file that every process of a run appends to; it outlives them all. */
export class Ledger {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** In one call of the system, so that a process that is killed writes a line or none. */
  write(entry: Entry): void {
    appendFileSync(this.path, `${JSON.stringify(entry)}\n`);
  }

  read(): Entry[] {
    const lines = readFileSync(this.path, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Entry);
  }

  of<T extends Entry['type']>(type: T): Extract<Entry, { type: T }>[] {
    return this.read().filter((entry): entry is Extract<Entry, { type: T }> => entry.type === type);
  }
}
