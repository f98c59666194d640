import { isNumeral } from './numerals.ts';
import type { Token } from './tokens.ts';

/** The longest phrase that is looked for, in tokens: time grows with it. */
const LONGEST = 40;

interface Loop {
  /** Its first token, and the one after its last. */
  readonly from: number;
  readonly to: number;
  /** Tokens of its phrase. */
  readonly period: number;
}

/**
 * Tokens without what is said over and over: of a loop its first phrase is left, and of a character alone two, since
 * 谢谢 and 哈哈 are words. Numbers stay.
 */
export function withoutLoops(tokens: readonly Token[]): readonly Token[] {
  const loops = loopsIn(tokens);
  if (loops.length === 0) return tokens;
  const kept: Token[] = [];
  let done = 0;
  for (const { from, to, period } of loops) {
    if (from < done) continue;
    kept.push(...tokens.slice(done, from + (isCharacter(tokens, from, period) ? 2 : period)));
    done = to;
  }
  kept.push(...tokens.slice(done));
  // A loop within the phrase of another, or one of phrases that had loops, shows now.
  return withoutLoops(kept);
}

/** All loops, the first ones first, and those of a shorter phrase first where two begin at one place. */
function loopsIn(tokens: readonly Token[]): Loop[] {
  const loops: Loop[] = [];
  for (let period = 1; period <= LONGEST && period < tokens.length; period++) {
    let from = 0;
    for (let index = period; index <= tokens.length; index++) {
      if (index < tokens.length && tokens[index]!.key === tokens[index - period]!.key) continue;
      const loop = loopOf(tokens, from, index, period);
      if (loop) loops.push(loop);
      from = index - period + 1;
    }
  }
  return loops.sort((a, b) => a.from - b.from || a.period - b.period);
}

/** The loop between two places where tokens repeat; null where they do not do so often enough, or are numbers. */
function loopOf(tokens: readonly Token[], from: number, to: number, period: number): Loop | null {
  const times = Math.floor((to - from) / period);
  const phrase = tokens.slice(from, from + period);
  if (times < 5 || times < leastTimes(phrase) || phrase.every(({ key }) => isNumeral(key))) return null;
  // At the end of a text the last one may be cut short; elsewhere what begins like the phrase goes on otherwise.
  return { from, to: to === tokens.length ? to : from + times * period, period };
}

/** People repeat short words more often than phrases. */
function leastTimes(phrase: readonly Token[]): number {
  const length = phrase.reduce((sum, { key }) => sum + key.length, 0);
  if (length === 1) return 8;
  return length < 4 ? 6 : 5;
}

const isCharacter = (tokens: readonly Token[], index: number, period: number): boolean =>
  period === 1 && tokens[index]!.key.length === 1;
