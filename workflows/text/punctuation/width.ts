import type { Edit } from '../edit.ts';
import { isDigit } from '../letters.ts';
import type { Context, Rule } from './context.ts';
import { fullOf, HALF_OF } from './marks.ts';
import { betweenNarrow, betweenWide } from './neighbours.ts';
import { spaceAfter } from './spaces.ts';

const MARK = new RegExp(`[${[...HALF_OF.keys()].join('')},.?!:;]`, 'g');

/** Commas, points, colons and the like in the width of their segment. */
export const width: Rule = (context) => {
  const edits: Edit[] = [];
  for (const { 0: mark, index } of context.text.matchAll(MARK)) {
    if (context.whole[index]) continue;
    const half = HALF_OF.get(mark);
    if ((half === ':' || mark === '．') && betweenDigits(context.text, index)) {
      edits.push({ start: index, end: index + 1, text: half!, rule: 'number' });
    } else if (context.setting.wide) {
      edits.push(...toFull(context, mark, index));
    } else if (half !== undefined) {
      edits.push(...toHalf(context, half, index));
    }
  }
  return edits;
};

const betweenDigits = (text: string, index: number): boolean =>
  isDigit(text.charAt(index - 1)) && isDigit(text.charAt(index + 1));

function toFull({ text, setting }: Context, mark: string, index: number): Edit[] {
  const full = fullOf(setting.japanese).get(mark);
  if (full === undefined || (mark === '.' && index === 0)) return [];
  if (!HALF_OF.has(mark) && !setting.strict && betweenNarrow(text, index, index + 1)) return [];
  return [{ start: index, end: index + 1, text: full, rule: 'full-width' }];
}

function toHalf(context: Context, half: string, start: number): Edit[] {
  const end = start + 1;
  if (!context.setting.strict && betweenWide(context.text, start, end)) return [];
  const mark = { start, end, text: half, rule: 'half-width' };
  const place = spaceAfter(context, end);
  return place === null ? [mark] : [mark, { start: place, end: place, text: ' ', rule: 'half-width' }];
}
