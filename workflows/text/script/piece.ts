import type { Edit } from '../edit.ts';

/** What takes the place of the next `length` characters, in code points, of a text. */
export interface Piece {
  readonly length: number;
  readonly text: string;
}

/**
 * The edits that make a text what its pieces say: a run of changed characters where a piece keeps their number, and
 * otherwise what lies between the piece's unchanged ends.
 */
export function editsOf(text: string, pieces: readonly Piece[], rule: string): Edit[] {
  const characters = [...text];
  const edits: Edit[] = [];
  let index = 0;
  let start = 0;
  for (const piece of pieces) {
    const before = characters.slice(index, index + piece.length);
    const after = [...piece.text];
    for (const [from, to] of before.length === after.length ? pairs(before, after) : between(before, after)) {
      if (from !== to) push(edits, { start, end: start + from.length, text: to, rule });
      start += from.length;
    }
    index += piece.length;
  }
  return edits;
}

type Change = readonly [from: string, to: string];

const pairs = (before: readonly string[], after: readonly string[]): Change[] =>
  before.map((character, index) => [character, after[index]!]);

/** Texts of different length: their common beginning, what differs, their common end. */
function between(before: readonly string[], after: readonly string[]): Change[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const cut = (all: readonly string[]): string[] => [
    all.slice(0, head).join(''),
    all.slice(head, all.length - tail).join(''),
    all.slice(all.length - tail).join(''),
  ];
  const put = cut(after);
  return cut(before).map((from, index) => [from, put[index]!]);
}

/** A change that keeps the length goes on with the one before it where that does as well: their words stay apart. */
function push(edits: Edit[], edit: Edit): void {
  const last = edits.at(-1);
  if (last?.end === edit.start && keepsLength(last) && keepsLength(edit)) {
    edits[edits.length - 1] = { ...last, end: edit.end, text: last.text + edit.text };
  } else {
    edits.push(edit);
  }
}

const keepsLength = ({ start, end, text }: Edit): boolean => text.length === end - start;
