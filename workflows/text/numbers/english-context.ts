import type { Spoken } from './english-read.ts';
import { wordAfter, wordBefore, type Token } from './english-tokens.ts';
import { BEFORE_YEARS, COMPOUNDED, COUNTED, FUNCTION_WORDS, LINKS, MONTHS, PARTS } from './english-words.ts';

/** Words before a number that stays as it was heard: `catch twenty two`, `half past ten`, `at this point five`. */
const BEFORE: ReadonlySet<string> = new Set(['catch', 'point', 'hang']);
const TWO_BEFORE: ReadonlySet<string> = new Set(
  'quarter to,quarter of,quarter till,quarter after,hindsight is'.split(','),
);

/** `A dollar fifty` has no figure for its dollar. */
const SINGLE_MONEY: ReadonlySet<string> = new Set('a dollar,a buck,a euro,a pound,a quid'.split(','));

/** Words after it: times on the clock's face, idioms and names. */
const AFTER: ReadonlySet<string> = new Set([
  ..."o'clock past something somethings odd fold half".split(' '),
  ...'niner niners winks commandments vision hindsight'.split(' '),
]);

/** Words by which the last of `two hundred and one` is apart: `two hundred and one of them`. */
const APART: ReadonlySet<string> = new Set(['of', 'more', 'other', 'others', 'another']);

/** Whether a number stays as it was heard, whatever it means. */
export function isKept(tokens: readonly Token[], spoken: Spoken): boolean {
  const { start, end } = spoken;
  const first = tokens[start]!;
  const before = tokens[start - 1];
  const last = tokens[end - 1]!;
  const inside = tokens.slice(start, end);
  // A capital within a sentence names something: `Twenty One Pilots`, `Chapter Eleven`.
  if (inside.some(({ capital }, index) => capital && !(index === 0 && first.opens))) return true;
  if (inside.some(({ bound }) => bound) || before?.gap === 'hyphen') return true;
  if (last.gap === 'hyphen' && !COMPOUNDED.has(tokens[end]?.word ?? '')) return true;
  const past = wordBefore(tokens, start);
  const next = wordAfter(tokens, end - 1);
  if (BEFORE.has(past) || TWO_BEFORE.has(`${wordBefore(tokens, start - 1)} ${past}`)) return true;
  if (SINGLE_MONEY.has(`${wordBefore(tokens, start - 1)} ${past}`)) return true;
  // `Eighteen hundred hours` is a time of day, and no count for sure.
  if (next === 'hours' && inside.length === 2 && last.word === 'hundred' && spoken.value >= 1000) return true;
  // `Past ten`, but `the past ten years`.
  if (past === 'past' && standsAlone(tokens, spoken)) return true;
  if (past === 'at' && first.word === 'one' && spoken.kind === 'decimal') return true;
  if (AFTER.has(next) || PARTS.has(next)) return true;
  if (inside.at(-2)?.word === 'and' && APART.has(next)) return true;
  return hasPart(tokens, end) || hasPart(tokens, end + 1);
}

/** `ten and a half`, `six miles and a quarter`. */
function hasPart(tokens: readonly Token[], at: number): boolean {
  const words = tokens.slice(at, at + 3).map(({ word }) => word);
  return /^and (a|one) (half|third|quarter)$/.test(words.join(' '));
}

/** The words between two numbers that are told alike, as in `five to ten percent`; an empty string where none are. */
export function linkBetween(tokens: readonly Token[], left: Spoken, right: Spoken | undefined): string {
  if (right === undefined || right.start - left.end > 3) return '';
  const between = tokens.slice(left.end - 1, right.start);
  const words = between.slice(1).map(({ word }) => word);
  const link = words.join(' ');
  return between.every(({ gap }) => gap === 'space') && LINKS.has(link) ? link : '';
}

/** Whether nothing that a number counts can follow it. */
export function standsAlone(tokens: readonly Token[], { end }: Spoken): boolean {
  const next = wordAfter(tokens, end - 1);
  return next === '' ? tokens[end - 1]!.gap !== 'hyphen' : FUNCTION_WORDS.has(next);
}

/** Whether a number behind a month is none of its days: `in May ten people left`, `and in June twenty`. */
export function isBesideMonth(tokens: readonly Token[], spoken: Spoken): boolean {
  const { start, value } = spoken;
  if (value > 31 || !MONTHS.has(wordBefore(tokens, start))) return false;
  return wordBefore(tokens, start - 1) === 'in' || !standsAlone(tokens, spoken);
}

/** Whether two halves are a year: not a time of a day on a clock of 24 hours, nor two guesses. */
export function isYearPair(tokens: readonly Token[], { start, end }: Spoken): boolean {
  return !COUNTED.has(wordAfter(tokens, end - 1)) && wordBefore(tokens, start) !== 'at';
}

/** Whether a whole number is a year: `in nineteen hundred`, `two thousand and five`. */
export function isWholeYear(tokens: readonly Token[], spoken: Spoken, behindDay: boolean): boolean {
  const { start, end, value } = spoken;
  const before = wordBefore(tokens, start);
  const head = `${tokens[start]!.word} ${tokens[start + 1]?.word}`;
  const round = value === 2000 || (/^\S+teen hundred$/.test(head) && value < 2000);
  if (round) return (behindDay || BEFORE_YEARS.has(before)) && standsAlone(tokens, spoken);
  if (head !== 'two thousand' || value > 2099) return false;
  const sure = BEFORE_YEARS.has(before) && !/^(in|of|by|from|around)$/.test(before);
  return standsAlone(tokens, spoken) || (sure && !COUNTED.has(wordAfter(tokens, end - 1)));
}

/** `at ten thirty tomorrow`: minutes on a five, and no price. */
export function isTimeAt(tokens: readonly Token[], spoken: Spoken): boolean {
  return (
    /:\d[05]$/.test(spoken.clock ?? '') &&
    wordBefore(tokens, spoken.start) === 'at' &&
    standsAlone(tokens, spoken)
  );
}

/** Whether a sentence begins with a number of one or two words: the Chicago Manual of Style wants words there. */
export function opensSentence(tokens: readonly Token[], { start, end }: Spoken): boolean {
  const { opens, capital } = tokens[start]!;
  return opens && capital && end - start <= 2;
}
