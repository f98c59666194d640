import type { Atom, Break } from './breaks.ts';
import type { SubtitleStyle } from './subtitle-style.ts';

/** An atom with its width and its time. */
export interface TimedAtom extends Atom {
  /** Columns of the text before its start and its end. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds. */
  readonly begins: number;
  readonly ends: number;
}

/** Atoms `[first, last]` by their index. */
export type Range = readonly [first: number, last: number];

/** What a break costs, where a line or a cue that is quite empty costs 1. */
const COST: Readonly<Record<Break, number>> = {
  sentence: 0,
  clause: 0.35,
  space: 0.8,
  between: 1.2,
  inside: 5,
};

const emptiness = (columns: number, room: number): number => Math.max(0, 1 - columns / room) ** 2;

/**
 * The cues of a segment's atoms: as few as fit, filled evenly, broken where it is best. None is wider than its lines or
 * longer than `longest`, but for what cannot be parted, and for a few words spread over a long time: half a line.
 */
export function cuesIn(atoms: readonly TimedAtom[], style: SubtitleStyle): Range[] {
  const room = style.columns * style.lines;
  /** The least cost of all cues from an atom on, and the last atom of the first of them. */
  const best = Array.from({ length: atoms.length }, (_, last) => ({ cost: 0, last }));
  for (let first = atoms.length - 1; first >= 0; first -= 1) {
    const { from, begins } = atoms[first]!;
    const furthest = lastThatFits(atoms, first, style);
    let least = { cost: Infinity, last: first };
    for (let last = first; last <= furthest; last += 1) {
      const { to, after, ends } = atoms[last]!;
      const rest = best[last + 1];
      const flash = rest && ends - begins < style.shortest * 1000 ? 1 : 0;
      const cost = emptiness(to - from, room) + flash + (rest ? COST[after] + rest.cost : 0);
      if (cost < least.cost) least = { cost, last };
    }
    best[first] = least;
  }
  const cues: Range[] = [];
  let first = 0;
  while (first < atoms.length) {
    const { last } = best[first]!;
    cues.push([first, last]);
    first = last + 1;
  }
  return cues;
}

/** The last atom of the longest cue that begins with `first`: at least that one. */
function lastThatFits(
  atoms: readonly TimedAtom[],
  first: number,
  { columns, lines, longest }: SubtitleStyle,
): number {
  const { from, begins } = atoms[first]!;
  let lineStart = from;
  let used = 1;
  for (let last = first; last < atoms.length; last += 1) {
    const atom = atoms[last]!;
    if (atom.to - lineStart > columns) {
      if (last > first) used += 1;
      // What is wider than a line takes more than one wherever it is shown.
      used += Math.max(0, Math.ceil((atom.to - atom.from) / columns) - 1);
      lineStart = atom.from;
    }
    const isLong = atom.ends - begins > longest * 1000 && atom.to - from > columns / 2;
    if (last > first && (used > lines || isLong)) return last - 1;
  }
  return atoms.length - 1;
}

/** The lines of a cue: as few as it takes, broken where it is best, else evenly. Only what cannot be parted is wider. */
export function linesIn(atoms: readonly TimedAtom[], cue: Range, columns: number): readonly Range[] {
  return bestLines(atoms, cue, fewestLines(atoms, cue, columns), columns)!.lines;
}

function fewestLines(atoms: readonly TimedAtom[], [first, last]: Range, columns: number): number {
  let lines = 1;
  let lineStart = atoms[first]!.from;
  for (const { from, to } of atoms.slice(first + 1, last + 1)) {
    if (to - lineStart <= columns) continue;
    lines += 1;
    lineStart = from;
  }
  return lines;
}

interface Lines {
  readonly cost: number;
  readonly lines: readonly Range[];
}

function bestLines(
  atoms: readonly TimedAtom[],
  [first, last]: Range,
  count: number,
  columns: number,
): Lines | null {
  const width = (end: number) => atoms[end]!.to - atoms[first]!.from;
  const fits = (end: number) => end === first || width(end) <= columns;
  if (count === 1)
    return fits(last) ? { cost: emptiness(width(last), columns), lines: [[first, last]] } : null;
  let best: Lines | null = null;
  for (let end = first; end < last && fits(end); end += 1) {
    const rest = bestLines(atoms, [end + 1, last], count - 1, columns);
    if (rest === null) continue;
    const cost = emptiness(width(end), columns) + COST[atoms[end]!.after] + rest.cost;
    if (best === null || cost < best.cost) best = { cost, lines: [[first, end], ...rest.lines] };
  }
  return best;
}
