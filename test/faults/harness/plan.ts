/** Which faults a seed makes: pure, so that a seed is the same plan everywhere. */

/**
 * `kill`: SIGKILL of the worker's process; `engine`: of the engine that holds the window; `failed`: what was done is
 * reported as failed.
 */
export type Kind = 'kill' | 'engine' | 'failed';

interface Place {
  /** What may happen there. */
  readonly kinds: readonly Kind[];
  /** How often a run comes there at least, with no fault. */
  readonly visits: number;
}

/** Where a fault may strike, for the recording of `twoSections`. */
export const PLACES = {
  'resolve done': { kinds: ['kill', 'failed'], visits: 1 },
  'ingest begins': { kinds: ['kill'], visits: 1 },
  decode: { kinds: ['kill'], visits: 20 },
  'ingest done': { kinds: ['kill', 'failed'], visits: 1 },
  'voice activity': { kinds: ['kill'], visits: 20 },
  'plan done': { kinds: ['kill', 'failed'], visits: 2 },
  encoder: { kinds: ['engine', 'kill'], visits: 6 },
  decoder: { kinds: ['engine', 'kill'], visits: 6 },
  // Committed, and not yet reported.
  'transcribe done': { kinds: ['kill', 'failed'], visits: 8 },
  // The workflow task that has merged a section, and asks for it to be saved.
  merge: { kinds: ['kill'], visits: 2 },
  'save done': { kinds: ['kill', 'failed'], visits: 2 },
  // The workflow tasks that end the sections and the transcription.
  'workflow ends': { kinds: ['kill'], visits: 3 },
  // An output is copied beside its place, and not yet renamed.
  'publish renames': { kinds: ['kill'], visits: 3 },
  'publish done': { kinds: ['kill', 'failed'], visits: 1 },
  // Each piece of the source that came from its URL.
  fetch: { kinds: ['kill'], visits: 100 },
  'fetch done': { kinds: ['kill', 'failed'], visits: 1 },
} as const satisfies Record<string, Place>;

export type PlaceName = keyof typeof PLACES;

export interface Fault {
  readonly place: PlaceName;
  /** The visit at which it strikes, from 1, counted over all processes. */
  readonly visit: number;
  readonly kind: Kind;
}

/** Share of places where a process is killed, and of visits after which what was done is reported as failed. */
const KILLED = 0.45;
const FAILED = 0.5;

/** The faults of a seed: at each place at most one kill, and any number of failures. */
export function faultsOf(seed: number): Fault[] {
  const draw = numbers(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(draw() * items.length)]!;
  return (Object.entries(PLACES) as [PlaceName, Place][]).flatMap(([place, { kinds, visits }]) => {
    const faults = new Map<number, Kind>();
    if (kinds.includes('failed')) {
      for (let visit = 1; visit <= visits; visit++) if (draw() < FAILED) faults.set(visit, 'failed');
    }
    if (draw() < KILLED) {
      faults.set(1 + Math.floor(draw() * visits), pick(kinds.filter((kind) => kind !== 'failed')));
    }
    return [...faults].map(([visit, kind]) => ({ place, visit, kind }));
  });
}

/** Numbers in [0, 1) that are the same for a seed: Mulberry32. */
function numbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
