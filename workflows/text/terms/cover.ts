import type { Found } from './lexicon.ts';

/** A stretch `[start, end)` of a text that stands for something. */
export interface Match<T> extends Found<T> {
  readonly start: number;
}

/**
 * The matches of a text from the left, the longest at each place, without overlap. Those `kept` were found before on
 * surer ground: a new one takes the place of those that it holds whole, and cuts into none. `find` gives the longest
 * match at a place whose end it is told fits.
 */
export function cover<T>(
  length: number,
  find: (from: number, fits: (end: number) => boolean) => Found<T> | null,
  kept: readonly Match<T>[] = [],
): Match<T>[] {
  const isInside = new Uint8Array(length + 1);
  for (const { start, end } of kept) isInside.fill(1, start + 1, end);
  const keptAt = new Map(kept.map((match) => [match.start, match]));
  const matches: Match<T>[] = [];
  for (let from = 0; from < length;) {
    const before = keptAt.get(from);
    const shortest = before ? before.end + 1 : from + 1;
    const found = isInside[from] ? null : find(from, (end) => end >= shortest && !isInside[end]);
    const match = found ? { start: from, ...found } : before;
    if (match) matches.push(match);
    from = match?.end ?? from + 1;
  }
  return matches;
}
