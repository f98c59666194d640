import {
  isBesideMonth,
  isKept,
  isTimeAt,
  isWholeYear,
  isYearPair,
  linkBetween,
  opensSentence,
  standsAlone,
} from './english-context.ts';
import type { Spoken } from './english-read.ts';
import { wordAfter, wordBefore, type Token } from './english-tokens.ts';
import { unitAt, type Unit } from './english-units.ts';
import { MONTHS, SCALES, VERB_MONTHS } from './english-words.ts';

/** The numbers of a text with what stands between and behind them. */
export interface Sentence {
  readonly tokens: readonly Token[];
  readonly numbers: readonly Spoken[];
  /** Of each number, the unit right behind it. */
  readonly units: readonly (Unit | null)[];
  /** Of each number, the words that link it to the next. */
  readonly links: readonly string[];
}

/** What takes the place of a number's words. */
export interface Figures {
  readonly text: string;
  readonly rule: string;
  /** The unit that made figures of it: its own, or that of the number it is linked to. */
  readonly unit: Unit | null;
}

export function sentence(tokens: readonly Token[], numbers: readonly Spoken[]): Sentence {
  return {
    tokens,
    numbers,
    units: numbers.map(({ end }) => unitAt(tokens, end)),
    links: numbers.map((one, index) => linkBetween(tokens, one, numbers[index + 1])),
  };
}

/** The figures of a number; null where its words stay. */
export function figures(said: Sentence, at: number): Figures | null {
  const { tokens, numbers } = said;
  const spoken = numbers[at]!;
  if (isKept(tokens, spoken)) return null;
  const unit = said.units[at] ?? sharedUnit(said, at);
  const as = (text: string | null, rule: string): Figures | null =>
    text === null ? null : { text, rule: `english-${rule}`, unit };
  if (isClockFace(said, at) || isClockFace(said, at - 1)) return null;
  if (unit?.kind === 'time') return as(spoken.clock, 'time');
  if (spoken.kind === 'day') return as(`${spoken.text},`, 'date');
  if (spoken.kind === 'ordinal') return ordinal(said, at);
  if (spoken.clock !== null && /^(unread|digits)$/.test(spoken.kind)) {
    if (isTimeAt(tokens, spoken)) return as(spoken.clock, 'time');
    if (wordBefore(tokens, spoken.start) === 'at') return null;
  }
  if (spoken.kind === 'year') {
    return unit === null && isYearPair(tokens, spoken) ? as(spoken.text, 'year') : null;
  }
  if (isElliptical(said, at) || isElliptical(said, at - 1)) return null;
  if (spoken.kind !== 'number') return as(spoken.text, unit?.kind ?? spoken.kind);
  if (unit !== null) {
    const proverb =
      unit.kind === 'cents' && /^(my|your|his|her|their)$/.test(wordBefore(tokens, spoken.start));
    return proverb ? null : as(spoken.text, unit.kind);
  }
  if (opensSentence(tokens, spoken) || isBesideMonth(tokens, spoken) || staysWords(said, at)) return null;
  const behindDay = at > 0 && isDatedBy(said, at - 1);
  const ofYear = isWholeYear(tokens, spoken, behindDay) || isYearBeside(said, at);
  return ofYear ? as(`${spoken.value}`, 'year') : as(spoken.text, 'number');
}

/** `five` of `five to ten percent`. */
function sharedUnit({ tokens, numbers, units, links }: Sentence, at: number): Unit | null {
  const link = links[at];
  const shares =
    link === 'to' ||
    link === 'or' ||
    (link === 'and' && wordBefore(tokens, numbers[at]!.start) === 'between');
  return shares ? units[at + 1]! : null;
}

/** Whether a number and the next leave a word out: `ten to fifteen thousand`, `two to three million dollars`. */
function isElliptical({ tokens, numbers, units, links }: Sentence, at: number): boolean {
  const [left, right] = [numbers[at], numbers[at + 1]];
  if (left === undefined || right === undefined || !/^(to|or|and)$/.test(links[at]!)) return false;
  if (right.scale !== null && left.scale === null) return units[at + 1]?.kind === 'money';
  return left.scale === null && left.value < 100 && hasMagnitude(tokens, right) && right.scale === null;
}

const hasMagnitude = (tokens: readonly Token[], { start, end }: Spoken): boolean =>
  tokens.slice(start, end).some(({ word }) => word === 'hundred' || SCALES.has(word));

/** One to nine stay words, and so does what is linked to them: `nine times out of ten`, `ten to five`. */
function staysWords({ numbers, units, links }: Sentence, at: number): boolean {
  const spoken = numbers[at]!;
  // One with a unit becomes figures by itself.
  const next = links[at] && units[at + 1] === null ? numbers[at + 1]! : null;
  const beside = [next, links[at - 1] ? numbers[at - 1]! : null].filter((one) => one !== null);
  if (spoken.value < 10) return !beside.some(({ scale }) => scale !== null);
  return spoken.scale === null && beside.some(({ text, value }) => text === null || value < 10);
}

/** `ten to eleven`, which may be 10:50; `from ten to eleven` is not. */
function isClockFace({ tokens, numbers, units, links }: Sentence, at: number): boolean {
  const [minutes, hour] = [numbers[at], numbers[at + 1]];
  if (minutes === undefined || hour === undefined || links[at] !== 'to') return false;
  if (wordBefore(tokens, minutes.start) === 'from') return false;
  if (!/^(5|10|20|25)$/.test(minutes.text ?? '') || !/^([1-9]|1[0-2])$/.test(hour.text ?? '')) return false;
  const unit = units[at + 1];
  return unit ? unit.kind === 'time' : standsAlone(tokens, hour);
}

/** The other of `between nineteen ninety and two thousand`. */
function isYearBeside(said: Sentence, at: number): boolean {
  const { numbers, links } = said;
  const { value } = numbers[at]!;
  if (value < 1300 || value > 2099) return false;
  const beside = [links[at] ? numbers[at + 1] : undefined, links[at - 1] ? numbers[at - 1] : undefined];
  return beside.some((one) => one?.kind === 'year' || /^(1[3-9]|20)\d\d$/.test(one?.text ?? ''));
}

function ordinal(said: Sentence, at: number): Figures | null {
  const { tokens, numbers } = said;
  const spoken = numbers[at]!;
  const { start, end, value, text } = spoken;
  if (said.units[at] !== null) return null;
  const date = dateOf(said, at);
  if (date !== null) return { text: date, rule: 'english-date', unit: null };
  const before = wordBefore(tokens, start);
  const next = wordAfter(tokens, end - 1);
  if (value < 10 || before === 'a' || before === 'an' || opensSentence(tokens, spoken)) return null;
  if ((value === 11 && next === 'hour') || (value === 12 && next === 'night')) return null;
  // `A thirty second clip` lasts half a minute.
  const isTime = tokens[end - 1]!.word === 'second' && next !== 'of' && next !== 'century';
  return isTime ? null : { text: text!, rule: 'english-ordinal', unit: null };
}

/**
 * The day of a date, with a comma before a year: `March 5, 2026` (Chicago Manual of Style). `may` and `march`
 * are months for certain before a year, or with a capital within a sentence.
 */
function dateOf(said: Sentence, at: number): string | null {
  const { tokens, numbers } = said;
  const { start, value, kind } = numbers[at]!;
  const month = wordBefore(tokens, start);
  if (kind !== 'ordinal' || value > 31 || !MONTHS.has(month)) return null;
  if (isDatedBy(said, at)) return `${value},`;
  const { capital, opens } = tokens[start - 1]!;
  return !VERB_MONTHS.has(month) || (capital && !opens) ? `${value}` : null;
}

/** Whether a year stands right behind a day of a month. */
function isDatedBy({ tokens, numbers }: Sentence, at: number): boolean {
  const [day, next] = [numbers[at]!, numbers[at + 1]];
  if (day.kind !== 'ordinal' || !MONTHS.has(wordBefore(tokens, day.start))) return false;
  if (next?.start !== day.end || tokens[day.end - 1]!.gap !== 'space') return false;
  if (next.kind === 'number') return isWholeYear(tokens, next, true);
  return next.kind === 'year' && isYearPair(tokens, next);
}
