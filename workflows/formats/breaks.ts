import {
  CLOSING_BRACKET,
  DIGIT,
  endsAbbreviation,
  endsClause,
  endsSentence,
  IDEOGRAPH,
  NOT_FIRST,
  NOT_LAST,
  NUMERAL,
  SET_OFF_MARK,
  SET_OFF_OPENING,
  SPACELESS,
} from './break-marks.ts';

/**
 * Places where a line may end, best first: after a sentence, after a clause, at a space or outside brackets, between
 * words that no space parts, inside a word or a number.
 */
export const BREAKS = ['sentence', 'clause', 'space', 'between', 'inside'] as const;
export type Break = (typeof BREAKS)[number];

/** A stretch `[start, end)` of a text that no line break may part, and what kind of break may come after it. */
export interface Atom {
  readonly start: number;
  readonly end: number;
  readonly after: Break;
}

/** Spaces at which a line may break, unlike U+00A0, U+2007 and U+202F. */
const BREAKING_SPACE = /[ \u1680\u2000-\u2006\u2008-\u200A\u205F\u3000]/u;
const PIECES = /\s+|\S/gu;

/**
 * The atoms of a text on one line, without the space between them. Latin words and numbers are never parted.
 *
 * @param wordEnds Where words end, UTF-16 units; null where nobody knows. Then any two characters of Chinese may part.
 */
export function atomsOf(text: string, wordEnds: ReadonlySet<number> | null): Atom[] {
  const atoms: Atom[] = [];
  let start = 0;
  let last = '';
  const cut = (end: number, next: number, kind: Break) => {
    atoms.push({ start, end, after: markedBreak(text.slice(start, end), text[next] ?? '') ?? kind });
    start = next;
  };
  for (const { 0: piece, index } of text.matchAll(PIECES)) {
    const end = index + piece.length;
    if (/^\s/u.test(piece)) {
      if (index > start && mayBreakAt(piece, text, index)) {
        const isInNumber = DIGIT.test(last) && DIGIT.test(text[end] ?? '');
        cut(index, end, isInNumber || endsAbbreviation(text.slice(start, index)) ? 'inside' : 'space');
      }
      last = '';
    } else {
      const kind = last === '' ? null : breakBetween(last, piece, wordEnds?.has(index) ?? true);
      if (kind !== null && !isMarkInNumber(text, index)) cut(index, index, kind);
      last = piece;
    }
  }
  if (text.length > start) atoms.push({ start, end: text.length, after: 'sentence' });
  return atoms;
}

function mayBreakAt(space: string, text: string, at: number): boolean {
  const isSetOff =
    SET_OFF_MARK.test(text[at + space.length] ?? '') ||
    SET_OFF_OPENING.test(text.slice(Math.max(0, at - 2), at));
  return BREAKING_SPACE.test(space) && !isSetOff;
}

function markedBreak(text: string, next: string): Break | null {
  if (endsSentence(text, next)) return 'sentence';
  return endsClause(text) ? 'clause' : null;
}

/** The kind of break between two characters that no space parts, ends of clauses left aside; null where there is none. */
function breakBetween(one: string, other: string, isWordEnd: boolean): Break | null {
  if (NOT_FIRST.test(other) || NOT_LAST.test(one)) return null;
  const isAllowed =
    IDEOGRAPH.test(one) || IDEOGRAPH.test(other) || (SPACELESS.test(one) && SPACELESS.test(other));
  if (!isAllowed) return null;
  if (NOT_LAST.test(other) || CLOSING_BRACKET.test(one)) return 'space';
  // 3月, 第3, 三百
  const isNumber = NUMERAL.test(one) && (NUMERAL.test(other) || DIGIT.test(one));
  return isNumber || !isWordEnd ? 'inside' : 'between';
}

/** Whether the character before `at` is a mark that digits surround: １，０００ */
const isMarkInNumber = (text: string, at: number): boolean =>
  DIGIT.test(text[at] ?? '') && /[0-9０-９][，．：,.:]$/u.test(text.slice(Math.max(0, at - 2), at));
