import type { Token } from './english-tokens.ts';
import { MEASURES } from './english-words.ts';

/** What is said behind a number and makes figures of it. */
export interface Unit {
  readonly kind: 'percent' | 'money' | 'cents' | 'time' | 'measure';
  /** Tokens `[start, end)`. */
  readonly start: number;
  readonly end: number;
  /** Before the number of an amount of money; else what is written for a unit. */
  readonly sign: string;
}

const MONEY: ReadonlyMap<string, string> = new Map([
  ['dollar', '$'],
  ['dollars', '$'],
  ['euro', '€'],
  ['euros', '€'],
]);

/** Words before `one am` that make a time of it; `which one am I` has none. */
const BEFORE_TIMES: ReadonlySet<string> = new Set(
  'at by until till before after from to around about past between since'.split(' '),
);

/** The unit that begins at a token which only a space parts from the number before it. */
export function unitAt(tokens: readonly Token[], at: number): Unit | null {
  const before = tokens[at - 1];
  const token = tokens[at];
  if (token === undefined || before?.gap !== 'space' || token.gap === 'hyphen') return null;
  const { word } = token;
  const follower = token.gap === 'space' ? tokens[at + 1] : undefined;
  const next = follower?.gap === 'hyphen' ? '' : (follower?.word ?? '');
  const unit = (kind: Unit['kind'], sign = '', length = 1): Unit => ({
    ...{ kind, sign },
    ...{ start: at, end: at + length },
  });
  if (word === 'percent') return unit('percent', '%');
  if (word === 'per' && next === 'cent') return unit('percent', '%', 2);
  const sign = MONEY.get(word);
  if (sign !== undefined) return unit('money', sign);
  if (word === 'cents') return unit('cents');
  if (/^[ap]\.?m$/.test(word)) {
    const verb = word === 'am' && before.word === 'one' && !BEFORE_TIMES.has(tokens[at - 2]?.word ?? '');
    return verb ? null : unit('time', word);
  }
  if ((word === 'a' || word === 'p') && next === 'm') return unit('time', `${word}.m.`, 2);
  // `Two feet` may be those of a person, `two feet three inches` are not.
  const tall = word === 'feet' && tokens.slice(at + 2, at + 5).some((one) => one.word === 'inches');
  if (tall) return unit('measure');
  if (MEASURES.has(word) && next !== 'of') return unit('measure');
  return (word === 'square' || word === 'cubic') && MEASURES.has(next) ? unit('measure') : null;
}
