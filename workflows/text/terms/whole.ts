import { characterAt, characterBefore } from '../letters.ts';

/** What words are made of: letters with their marks, digits, and what joins them in names (UAX #29, WB13a): _ */
const LETTER = /[\p{L}\p{M}\p{N}\p{Pc}]/u;
/** Scripts that set words side by side, and Hangul, which sets particles behind them. */
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u;
const MARK = /\p{M}/u;
/** What joins two letters to one word or address: UAX #29, WB6 and WB7, of which the full stop; and that of e-mail. */
const JOINT = /[.@]/;
/** The end of `won't` and `can't`, before which no word stands whole, as it does before that of `Anna's`. */
const NOT = /^['’]t$/i;

/** Whether `character` is one of a script that sets spaces between words. */
const isSpaced = (character: string): boolean => LETTER.test(character) && !UNSPACED.test(character);

/** Whether text that begins or ends with `edge` would be read as one word with `neighbour` beside it. */
export const clings = (edge: string, neighbour: string): boolean =>
  isSpaced(neighbour) && !UNSPACED.test(edge);

/**
 * Whether `[start, end)` is no part of a longer word. Where words stand side by side without spaces nothing says where
 * one ends, but a mark there is never parted from its letter.
 */
export function isWhole(text: string, start: number, end: number): boolean {
  const after = characterAt(text, end);
  if (MARK.test(after)) return false;
  return isFreeBefore(text, start) && isFreeAfter(text, end, after);
}

function isFreeBefore(text: string, start: number): boolean {
  const first = characterAt(text, start);
  if (UNSPACED.test(first)) return true;
  const before = characterBefore(text, start);
  if (isSpaced(before)) return false;
  return !(JOINT.test(before) && isSpaced(first) && isSpaced(characterBefore(text, start - 1)));
}

function isFreeAfter(text: string, end: number, after: string): boolean {
  const last = characterBefore(text, end);
  if (UNSPACED.test(last)) return true;
  if (isSpaced(after)) return false;
  if (!isSpaced(last)) return true;
  if (JOINT.test(after) && isSpaced(characterAt(text, end + 1))) return false;
  return !(NOT.test(text.slice(end, end + 2)) && !isSpaced(characterAt(text, end + 2)));
}
