import type { Edit } from '../edit.ts';
import { standsAlone } from './english-context.ts';
import { figures, sentence, type Figures, type Sentence } from './english-decide.ts';
import { readNumbers, type Spoken } from './english-read.ts';
import { tokenise, wordBefore } from './english-tokens.ts';
import type { Unit } from './english-units.ts';

/**
 * English numbers in figures: what takes the place of `twenty twenty six`, `three point five percent`, `ten thirty a m`.
 *
 * One to nine stay words except before a unit, as the Associated Press has it, which is the Chicago Manual of Style's
 * other rule for numbers: both leave simple fractions, `three o'clock` and `half past ten` in words. A number that is not
 * certain, or of which a word is left over, stays as it was heard.
 */
export function englishNumbers(text: string): Edit[] {
  const tokens = tokenise(text);
  const said = sentence(tokens, readNumbers(tokens));
  const edits: Edit[] = [];
  for (let at = 0; at < said.numbers.length; at += 1) {
    const found = figures(said, at);
    if (found === null) continue;
    const cents = centsOf(said, at);
    edits.push(...write(text, said, at, found, cents));
    if (cents !== null) at += 1;
  }
  return edits;
}

function write(text: string, said: Sentence, at: number, found: Figures, cents: Cents | null): Edit[] {
  const { tokens, numbers } = said;
  const { start, end, scale } = numbers[at]!;
  const unit = said.units[at] ?? null;
  const signed = isSigned(said, at, found);
  const from = tokens[signed ? start - 1 : start]!.start;
  const rule = signed ? 'english-negative' : found.rule;
  const minus = signed ? '-' : '';
  const to = tokens[(scale ?? end) - 1]!.end;
  if (found.unit?.kind === 'money') {
    const sign = `${minus}${found.unit.sign}`;
    if (unit === null) return change(text, from, to, sign + found.text, rule);
    if (scale !== null) {
      const behind = change(text, tokens[scale]!.end, tokens[unit.end - 1]!.end, '', rule);
      return [...change(text, from, to, sign + found.text, rule), ...behind];
    }
    const amount = cents ? `${found.text}.${cents.text}` : found.text.replace(/\.\d$/, '$&0');
    return change(text, from, tokens[(cents?.end ?? unit.end) - 1]!.end, sign + amount, rule);
  }
  if (unit?.kind === 'percent' && scale === null) {
    return change(text, from, tokens[unit.end - 1]!.end, `${minus}${found.text}%`, rule);
  }
  const number = change(text, from, to, minus + found.text, rule);
  return unit?.kind === 'time' ? [...number, ...halfOfDay(text, said, unit)] : number;
}

/** `a m` with its points, the last of which is the full stop where one follows. */
function halfOfDay(text: string, { tokens }: Sentence, { start, end, sign }: Unit): Edit[] {
  if (end - start < 2) return [];
  const to = tokens[end - 1]!.end;
  return change(text, tokens[start]!.start, to, text[to] === '.' ? sign.slice(0, -1) : sign, 'english-time');
}

interface Cents {
  /** Two digits. */
  readonly text: string;
  /** The token behind them. */
  readonly end: number;
}

/** `fifty cents` behind dollars, or a `fifty` that can be nothing else. */
function centsOf({ tokens, numbers, units }: Sentence, at: number): Cents | null {
  const [money, unit, next] = [numbers[at]!, units[at], numbers[at + 1]];
  if (unit?.kind !== 'money' || money.scale !== null || !/^[\d,]+$/.test(money.text ?? '')) return null;
  if (next?.kind !== 'number' || next.value < 1 || next.value > 99) return null;
  const between = tokens.slice(unit.end - 1, next.start);
  if (between.some(({ gap }) => gap !== 'space')) return null;
  const words = between.slice(1).map(({ word }) => word);
  const cents = units[at + 1]?.kind === 'cents' ? units[at + 1]! : null;
  const certain = cents !== null ? words.length === 0 || words.join() === 'and' : words.length === 0;
  if (!certain || (cents === null && (next.value < 10 || !standsAlone(tokens, next)))) return null;
  return { text: `${next.value}`.padStart(2, '0'), end: cents?.end ?? next.end };
}

/** Whether `minus` before a number is its sign: a unit follows, and nothing that it could be taken from stands before. */
function isSigned({ tokens, numbers, units }: Sentence, at: number, { unit }: Figures): boolean {
  const { start }: Spoken = numbers[at]!;
  if (!/^(minus|negative)$/.test(wordBefore(tokens, start))) return false;
  if (units[at] === null || unit?.kind === 'time' || unit?.kind === 'cents') return false;
  return numbers[at - 1]?.end !== start - 1 && wordBefore(tokens, start - 1) !== 'or';
}

/** The change of `[start, end)` without the figures at its ends that stay. */
function change(text: string, start: number, end: number, to: string, rule: string): Edit[] {
  const from = text.slice(start, end);
  if (from === to) return [];
  const stays = (place: number, other: number) => /\d/.test(from.charAt(place)) && from[place] === to[other];
  let head = 0;
  while (stays(head, head)) head += 1;
  let tail = 0;
  const most = Math.min(from.length, to.length) - head;
  while (tail < most && stays(from.length - 1 - tail, to.length - 1 - tail)) tail += 1;
  return [{ start: start + head, end: end - tail, text: to.slice(head, to.length - tail), rule }];
}
