import type { Segment } from '../contract.ts';
import { JOINED } from './break-marks.ts';
import { atomsOf } from './breaks.ts';
import { columnsUpTo } from './columns.ts';
import type { TimedAtom } from './fit.ts';
import { oneLine, placesOnOneLine } from './one-line.ts';
import { milliseconds } from './timecode.ts';

/** A stretch `[from, to)` of a text in UTF-16 units, and when it was spoken, in milliseconds. */
export interface Spoken {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/** A segment on one line. */
export interface SpokenLine {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** In order, without gaps, none parting a character from its marks; null where they were not asked for. */
  readonly words: readonly Spoken[] | null;
}

export function spokenLine({ text, start, end, words }: Segment): SpokenLine {
  const line = oneLine(text);
  return {
    text: line,
    start: milliseconds(start),
    end: milliseconds(end),
    words: words && words.length > 0 ? wordsOnLine(text, line, words) : null,
  };
}

function wordsOnLine(text: string, line: string, words: NonNullable<Segment['words']>): Spoken[] {
  const ends: number[] = [];
  for (const word of words) ends.push((ends.at(-1) ?? 0) + word.text.length);
  const places = placesOnOneLine(text, ends.with(-1, text.length));
  const spoken: Spoken[] = [];
  let from = 0;
  let start: number | null = null;
  for (const [index, word] of words.entries()) {
    start ??= milliseconds(word.start);
    const to = places[index]!;
    if (to === from || JOINED.test(line.slice(to))) continue;
    spoken.push({ from, to, start, end: milliseconds(word.end) });
    from = to;
    start = null;
  }
  return spoken;
}

/** The atoms of a line with their times: those of its words, inside a word and where there are none by width. */
export function timedAtoms({ text, start, end, words }: SpokenLine): TimedAtom[] {
  const columns = columnsUpTo(text);
  const stretches = (words ?? [{ from: 0, to: text.length, start, end }]).map((word) => {
    const left = columns[word.from + text.slice(word.from, word.to).search(/\S|$/u)]!;
    return { ...word, left, width: columns[word.to]! - left };
  });
  const timeAt = ({ start, end, left, width }: (typeof stretches)[number], place: number): number => {
    const part = width === 0 ? 0 : Math.max(0, columns[place]! - left) / width;
    return Math.round(start + part * (end - start));
  };
  let begun = 0;
  let ended = 0;
  return atomsOf(text, words && new Set(words.map(({ to }) => to))).map((atom) => {
    while (stretches[begun]!.to <= atom.start) begun += 1;
    while (stretches[ended]!.to < atom.end) ended += 1;
    return {
      ...atom,
      from: columns[atom.start]!,
      to: columns[atom.end]!,
      begins: atom.start === 0 ? start : timeAt(stretches[begun]!, atom.start),
      ends: atom.end === text.length ? end : timeAt(stretches[ended]!, atom.end),
    };
  });
}
