import type { Reading, Spoken } from './english-read.ts';
import type { Token } from './english-tokens.ts';
import { DIGITS, OH, TIMES } from './english-words.ts';

/** Digits of a telephone number without the area: so many are one string, whatever follows them. */
const LONG = 7;

/** Three digits or more, said one by one: `five five five one two three four`, `double oh seven`. */
export function digits(run: readonly Token[]): Reading | null {
  const text = digitsOf(run);
  if (text === null || (text.length === run.length && isCount(text))) return null;
  // A short one that begins with it is an interjection: `oh five one`.
  return OH.has(run[0]!.word) && text.length < 5 ? null : { kind: 'digits', value: Number(text), text };
}

/** In figures; null where they are fewer than three, or other words stand among them. */
export function digitsOf(run: readonly Token[]): string | null {
  let text = '';
  let times = 1;
  let single = 0;
  for (const { word } of run) {
    const digit = OH.has(word) ? 0 : DIGITS.get(word);
    if (digit === undefined && !TIMES.has(word)) return null;
    if (digit !== undefined) {
      text += `${digit}`.repeat(times);
      single += 1;
    }
    times = TIMES.get(word) ?? 1;
  }
  return text.length < 3 || single < 2 ? null : text;
}

/** `one two three four`, `three two one`, `two two two`: somebody counts, or starts again. */
function isCount(text: string): boolean {
  const steps = [...text].slice(1).map((digit, index) => Number(digit) - Number(text[index]));
  const step = steps[0]!;
  return (step === 0 ? text.length === 3 : Math.abs(step) === 1) && steps.every((one) => one === step);
}

/** The numbers that are groups of longer strings of digits with commas, where one group at least is no count. */
export function groupsOfDigits(tokens: readonly Token[], numbers: readonly Spoken[]): Spoken[] {
  const grouped: Spoken[] = [];
  let group: Spoken[] = [];
  let length = 0;
  for (const [index, one] of numbers.entries()) {
    const text = /^(?:digits|unread)$/.test(one.kind) ? digitsOf(tokens.slice(one.start, one.end)) : null;
    if (text !== null) {
      group.push(one);
      length += text.length;
    }
    const next = numbers[index + 1];
    if (
      text !== null &&
      next?.start === one.end &&
      !tokens[next.start]!.opens &&
      digitsOf(tokens.slice(next.start, next.end)) !== null
    )
      continue;
    const closed = text !== null && tokens[one.end - 1]!.gap === 'break';
    if ((closed || length >= LONG) && group.some(({ kind }) => kind === 'digits')) grouped.push(...group);
    group = [];
    length = 0;
  }
  return grouped;
}
