/** What a transcription has learnt of its ladder: plain data, handed from a transcription to its sections. */
export interface LadderMemory {
  /** Index of the rung that new chunks start on, as far as falls and successes say. */
  readonly start: number;
  /** Index of the highest rung that an operator allows. */
  readonly ceiling: number;
  /** Chunks in a row, in plan order, that fell from `start`, or were transcribed on it. */
  readonly falls: number;
  readonly successes: number;
  /** Successes in a row after which a higher rung is tried. */
  readonly patience: number;
  /** Index of the rung that is on trial since. */
  readonly tried: number | null;
  /** Task queues that nobody serves. */
  readonly unserved: readonly string[];
}

/** Where a chunk began its way down the ladder, and the rung that gave its text; null where none did. Indices. */
export type Descent = readonly [from: number, to: number | null];

/** Falls in a row after which new chunks start lower. */
const FALLS = 3;
/** Successes in a row after which a higher rung is tried: twice as many each time that a trial has failed, up to the most. */
const PATIENCE = 20;
const MOST_PATIENCE = 320;

export const NOTHING_LEARNT: LadderMemory = {
  start: 0,
  ceiling: 0,
  falls: 0,
  successes: 0,
  patience: PATIENCE,
  tried: null,
  unserved: [],
};

interface Queued {
  readonly queue: string;
}

/** Index of the first rung from `least` on whose queue is served; null where there is none. */
export function nextServed(
  { unserved }: Pick<LadderMemory, 'unserved'>,
  ladder: readonly Queued[],
  least: number,
): number | null {
  const index = ladder.findIndex(({ queue }, at) => at >= least && !unserved.includes(queue));
  return index < 0 ? null : index;
}

/** Index of the rung that a new chunk starts on. Where nobody serves any, that which would be taken otherwise. */
export function startingRung(memory: LadderMemory, ladder: readonly Queued[]): number {
  const highest = Math.min(Math.max(memory.start, memory.ceiling), ladder.length - 1);
  return nextServed(memory, ladder, highest) ?? highest;
}

/**
 * What is known after one more chunk, in plan order. What began on another rung than chunks do now says nothing of it:
 * it was on its way before the last change.
 */
export function learn(memory: LadderMemory, ladder: readonly Queued[], [from, to]: Descent): LadderMemory {
  if (from !== startingRung(memory, ladder)) return memory;
  if (to === from) {
    const successes = memory.successes + 1;
    const higher = ladder.slice(0, from).findLastIndex(({ queue }) => !memory.unserved.includes(queue));
    const isDue = successes >= memory.patience && from === memory.start && higher >= 0;
    if (!isDue) return { ...memory, falls: 0, successes };
    return { ...memory, start: higher, tried: higher, falls: 0, successes: 0 };
  }
  const falls = memory.falls + 1;
  const lower = nextServed(memory, ladder, from + 1);
  if (falls < FALLS || lower === null) return { ...memory, falls, successes: 0 };
  const patience = memory.tried === from ? Math.min(2 * memory.patience, MOST_PATIENCE) : memory.patience;
  return { ...memory, start: lower, tried: null, falls: 0, successes: 0, patience };
}

/** What is known after chunks that ended in any order: `descents` has one for each, in plan order. */
export const learnAll = (
  memory: LadderMemory,
  ladder: readonly Queued[],
  descents: readonly Descent[],
): LadderMemory => descents.reduce((known, descent) => learn(known, ladder, descent), memory);
