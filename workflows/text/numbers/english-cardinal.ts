import type { Token } from './english-tokens.ts';
import { DIGITS, SCALES, SMALL, TENS } from './english-words.ts';

/** A value and the token behind its last word. */
export interface Read {
  readonly value: number;
  readonly next: number;
}

/** `twenty-one`, `fifteen`, `six`. */
export function belowHundred(tokens: readonly Token[], at: number): Read | null {
  const word = tokens[at]?.word ?? '';
  const value = SMALL.get(word);
  if (value === undefined) return null;
  const unit = TENS.has(word) && tokens[at]!.gap !== 'break' ? DIGITS.get(tokens[at + 1]?.word ?? '') : 0;
  return unit ? { value: value + unit, next: at + 2 } : { value, next: at + 1 };
}

/** A whole number: `two million three hundred thousand`, `a hundred and twenty`, `fifteen hundred`. */
export function cardinal(tokens: readonly Token[], at: number): Read | null {
  let total = 0;
  let lowest = Infinity;
  for (let place = at; ;) {
    const group = belowThousand(tokens, place, place === at);
    if (group === null) return total === 0 ? null : { value: total, next: place };
    const scale = SCALES.get(tokens[group.next]?.word ?? '');
    if (group.value >= 1000 && (scale !== undefined || total > 0)) return null;
    if (scale === undefined) return { value: total + group.value, next: group.next };
    if (scale >= lowest) return null;
    total += group.value * scale;
    lowest = scale;
    place = group.next + 1;
    const rest = afterAnd(tokens, place);
    if (rest !== null) return { value: total + rest.value, next: rest.next };
  }
}

function belowThousand(tokens: readonly Token[], at: number, first: boolean): Read | null {
  const head = first && tokens[at]?.word === 'a' ? { value: 1, next: at + 1 } : belowHundred(tokens, at);
  if (head === null || tokens[head.next]?.word !== 'hundred') return head;
  if (head.value % 10 === 0) return null;
  const value = 100 * head.value;
  const rest = afterAnd(tokens, head.next + 1) ?? belowHundred(tokens, head.next + 1);
  return rest?.value ? { value: value + rest.value, next: rest.next } : { value, next: head.next + 1 };
}

function afterAnd(tokens: readonly Token[], at: number): Read | null {
  if (tokens[at]?.word !== 'and') return null;
  const rest = belowHundred(tokens, at + 1);
  return rest?.value ? rest : null;
}
