import type { Edit } from '../edit.ts';
import { replaceEach } from '../draft.ts';
import { characterAt, characterBefore, isDigit, isNarrow, isWide } from '../letters.ts';
import type { Context, Rule } from './context.ts';
import { HALF_OF } from './marks.ts';
import { betweenNarrow, isWordy } from './neighbours.ts';

const FULL = /[「」『』《》〈〉【】〔〕（）]/;
const CURLY = /[“”‘’]/;

/** Where a space belongs behind a mark that ends at `end`: past what closes there; null where no word follows at once. */
export function spaceAfter({ text, brackets }: Context, end: number): number | null {
  let place = end;
  while (brackets.get(place)?.opens === false) place += 1;
  const next = characterAt(text, place);
  const follows = isWordy(next) || isWide(next) || brackets.get(place)?.opens === true;
  return follows ? place : null;
}

/** No space stands beside a full-width mark, which has its own (clreq, jlreq). */
export const closeUp: Rule = (context) =>
  replaceEach(context.text, / +/g, 'space', ([spaces], start, end) =>
    hasOwnSpace(context, start, end, start - 1) || hasOwnSpace(context, start, end, end) ? '' : spaces,
  );

/** Whether the mark at `at`, beside the spaces `[start, end)`, needs none of them. */
function hasOwnSpace({ text, setting, brackets }: Context, start: number, end: number, at: number): boolean {
  const mark = text.charAt(at);
  if (HALF_OF.has(mark) || mark === '（' || mark === '）') return true;
  if (!setting.wide) return false;
  if (FULL.test(mark)) return true;
  if (mark === '…' || text.slice(at - 1, at + 1) === '——' || text.slice(at, at + 2) === '——') {
    return setting.strict || !betweenNarrow(text, start, end);
  }
  const opens = CURLY.test(mark) ? brackets.get(at)?.opens : undefined;
  if (opens === undefined) return false;
  const within = opens === at < start;
  return (
    within ||
    !isWordy(opens ? characterBefore(text, start) : characterAt(text, end)) ||
    !isNarrowInside(text, at, opens)
  );
}

const isNarrowInside = (text: string, at: number, opens: boolean): boolean =>
  isWordy(opens ? characterAt(text, at + 1) : characterBefore(text, at));

/**
 * A space follows a half-width mark, and the quotes and brackets that close behind it. Where it may as well be part of a
 * name (`N,N`, `a.b`) there is none, nor beside Chinese in a segment whose marks are in full width.
 */
export const space: Rule = (context) => {
  const edits: Edit[] = [];
  for (const { index } of context.text.matchAll(/[,;!?.:]/g)) {
    const place = context.whole[index] ? null : spaceAfter(context, index + 1);
    if (place !== null && (isBesideWide(context, index, place) || isBetweenWords(context, index))) {
      edits.push({ start: place, end: place, text: ' ', rule: 'space' });
    }
  }
  return edits;
};

function isBesideWide({ text, setting, brackets }: Context, index: number, place: number): boolean {
  if (setting.wide) return false;
  let left = index;
  while (brackets.get(left - 1)?.opens === false) left -= 1;
  const before = characterBefore(text, left);
  const after = characterAt(text, brackets.has(place) ? place + 1 : place);
  // A point or colon beside a word may be part of it: `.NET`.
  if (/[.:]/.test(text.charAt(index))) return isWide(before) && (isWide(after) || isDigit(after));
  return isWide(before) || isWide(after);
}

/** Whether a mark parts two letters with spaces, one of which has another beside it. */
function isBetweenWords({ text }: Context, index: number): boolean {
  const [left, right] = [characterBefore(text, index), characterAt(text, index + 1)];
  if (/[.:]/.test(text.charAt(index)) || !isNarrow(left) || !isNarrow(right)) return false;
  return (
    isNarrow(characterBefore(text, index - left.length)) ||
    isNarrow(characterAt(text, index + 1 + right.length))
  );
}
