import { wordBefore, type Token } from './english-tokens.ts';
import { DECADES, DIGITS, OH, ORDINALS, PARTS, SCALES, SMALL, TENS, TIMES } from './english-words.ts';

/** Words in `[start, end)` that are one number, or none. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

const isMagnitude = (word: string): boolean => word === 'hundred' || SCALES.has(word);
const isDigit = (word: string): boolean => DIGITS.has(word) || OH.has(word);
const isFigure = (word: string): boolean => /^\d/.test(word);
const ends = (word: string): boolean => ORDINALS.has(word) || DECADES.has(word) || PARTS.has(word);

/** The longest runs of number words, in order. */
export function runs(tokens: readonly Token[]): Run[] {
  const found: Run[] = [];
  for (let at = 0; at < tokens.length;) {
    const end = cutAtBetween(tokens, at, endOfRun(tokens, at));
    if (end > at) found.push({ start: at, end });
    at = Math.max(end, at + 1);
  }
  return found;
}

function endOfRun(tokens: readonly Token[], start: number): number {
  let end = start;
  while (end < tokens.length && (end === start || tokens[end - 1]!.gap !== 'break')) {
    const { word } = tokens[end]!;
    if (ends(word)) return end + 1;
    if (!belongs(tokens, end, start)) break;
    end += 1;
  }
  return end;
}

function belongs(tokens: readonly Token[], at: number, start: number): boolean {
  const { word, gap } = tokens[at]!;
  if (SMALL.has(word) || isMagnitude(word) || isFigure(word)) return true;
  const next = gap === 'space' ? (tokens[at + 1]?.word ?? '') : '';
  const last = at > start ? tokens[at - 1]!.word : '';
  if (word === 'a') return last === '' && isMagnitude(next);
  if (word === 'and') return isMagnitude(last) && (SMALL.has(next) || ORDINALS.has(next));
  if (word === 'point') return last !== '' && isDigit(next);
  if (TIMES.has(word)) return isDigit(next);
  return OH.has(word) && (last !== '' || isDigit(next));
}

/** `between one hundred and two hundred`: the first `and` parts two numbers, unless another does. */
function cutAtBetween(tokens: readonly Token[], start: number, end: number): number {
  if (wordBefore(tokens, start) !== 'between' || tokens[end]?.word === 'and') return end;
  const and = tokens.slice(start, end).findIndex(({ word }) => word === 'and');
  return and < 0 ? end : start + and;
}

/** Whether every hyphen in a run stands where English has one: `twenty-one`, `twenty-first`. */
export function hyphensFit(run: readonly Token[]): boolean {
  return run.slice(1).every(({ word }, index) => {
    const last = run[index]!;
    return last.gap !== 'hyphen' || (TENS.has(last.word) && !!DIGITS.get(ORDINALS.get(word) ?? word));
  });
}
