import type { Edit } from '../edit.ts';
import { characterAt, characterBefore, isWide } from '../letters.ts';
import type { Context, Rule, Setting } from './context.ts';
import { isWordy } from './neighbours.ts';
import type { Bracket } from './pairs.ts';

/** Takes out a quote or bracket that has no partner in the whole section; a single one only where it is no apostrophe. */
export const unpaired: Rule = ({ text, brackets }) => {
  const edits: Edit[] = [];
  for (const [index, { family, opens, partner }] of brackets) {
    if (partner !== null) continue;
    const left = characterBefore(text, index);
    const right = characterAt(text, index + 1);
    if (family === 'single' && !isWide(opens ? right : left)) continue;
    // One space, not two, where it stood between them, and none at the ends.
    const last = edits.at(-1)?.end ?? 0;
    const start = left === ' ' && right === '' ? Math.max(last, index - 1) : index;
    const end = right === ' ' && (left === '' || left === ' ') ? index + 2 : index + 1;
    edits.push({ start, end, text: '', rule: 'unpaired' });
  }
  return edits;
};

/** Quotes in half width have one form for both sides. */
const HALF_FORM: ReadonlyMap<string, string> = new Map([
  ...[...'“”„＂「」｢｣'].map((mark) => [mark, '"'] as const),
  ...[...'‘’‚＇『』'].map((mark) => [mark, "'"] as const),
  ['（', '('],
  ['）', ')'],
]);

/** What of them no language with half-width marks has for its own. */
const FOREIGN = /[＂＇「」｢｣『』（）]/;

/** Quotes and round brackets in the width of their segment; of the quotes there are in full width, each stays what it is. */
export const quotes: Rule = (context) => (context.setting.wide ? toFull(context) : toHalf(context));

function toHalf({ text, setting }: Context): Edit[] {
  const rule = 'half-width';
  const edits: Edit[] = [];
  for (const { 0: mark, index: start } of text.matchAll(/[“”„‘’‚＂＇「」｢｣『』（）]/g)) {
    if (!setting.strict && !FOREIGN.test(mark)) continue;
    const end = start + 1;
    // Full-width marks stood without spaces, words do not.
    if (/[「｢『（]/.test(mark) && isWordy(characterBefore(text, start))) {
      edits.push({ start, end: start, text: ' ', rule });
    }
    const space = /[」｣』）]/.test(mark) && isWordy(characterAt(text, end)) ? ' ' : '';
    edits.push({ start, end, text: `${HALF_FORM.get(mark)!}${space}`, rule });
  }
  return edits;
}

function toFull({ setting, brackets }: Context): Edit[] {
  const edits: Edit[] = [];
  for (const [start, bracket] of brackets) {
    const text = fullForm(bracket, setting);
    if (text !== bracket.character) edits.push({ start, end: start + 1, text, rule: 'full-width' });
  }
  return edits;
}

const IS_HALF = /["'＂＇()]/;

function fullForm(
  { character, family, opens, narrow, partner }: Bracket,
  { strict, corner }: Setting,
): string {
  const side = opens ? 0 : 1;
  if (character === '｢' || character === '｣') return '「」'[side]!;
  if (!IS_HALF.test(character) || partner === null) return character;
  // A pair that was of one width stays of one; what is said in Latin letters among others keeps its own.
  if (!strict && narrow && partner.narrow && IS_HALF.test(partner.character)) return character;
  if (family === 'round') return '（）'[side]!;
  const curly = !IS_HALF.test(partner.character) || !corner;
  if (family === 'double') return (curly ? '“”' : '「」')[side]!;
  return (curly ? '‘’' : '『』')[side]!;
}
