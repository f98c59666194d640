import { belowHundred, cardinal, type Read } from './english-cardinal.ts';
import { digits, digitsOf, groupsOfDigits } from './english-digits.ts';
import { hyphensFit, runs, type Run } from './english-runs.ts';
import { wordBefore, type Token } from './english-tokens.ts';
import { DECADES, DIGITS, MONTHS, OH, ORDINALS, SCALES, SMALL } from './english-words.ts';

/** What a run of number words says. */
export interface Spoken extends Run {
  readonly kind: 'number' | 'decimal' | 'digits' | 'year' | 'decade' | 'ordinal' | 'day' | 'given' | 'unread';
  readonly value: number;
  /** In figures; null where only a clock says it so: `ten thirty`. */
  readonly text: string | null;
  /** As a time of day on a clock of twelve hours. */
  readonly clock: string | null;
  /** The token of `million` where it stays a word: `2.3 million`. */
  readonly scale: number | null;
}

export type Reading = Pick<Spoken, 'kind' | 'value' | 'text'> & {
  /** Counted from the run's first. */ readonly scale?: number;
};

/** What a run says, of which every word must be read. */
type Reader = (run: readonly Token[]) => Reading | null;

const READERS: readonly Reader[] = [given, digits, year, decade, whole, decimal, ordinal];

/** The numbers of a text in order, also those that stay words. */
export function readNumbers(tokens: readonly Token[]): Spoken[] {
  const found = runs(tokens).flatMap((run) => {
    const one = read(tokens, run, READERS);
    const dated = one.kind === 'unread' && MONTHS.has(wordBefore(tokens, run.start));
    return (dated ? dayAndYear(tokens, run) : null) ?? [one];
  });
  return withGroups(tokens, found);
}

/** Groups of one string of digits are told alike, also those that by themselves would count: `four one five, five five five`. */
function withGroups(tokens: readonly Token[], numbers: readonly Spoken[]): Spoken[] {
  const groups = new Set(groupsOfDigits(tokens, numbers));
  return numbers.map((one) => {
    if (one.kind !== 'unread' || !groups.has(one)) return one;
    const text = digitsOf(tokens.slice(one.start, one.end))!;
    return { ...one, kind: 'digits', value: Number(text), text };
  });
}

function read(tokens: readonly Token[], { start, end }: Run, readers: readonly Reader[]): Spoken {
  const run = tokens.slice(start, end);
  let found: Reading | null = null;
  if (hyphensFit(run)) for (const reader of readers) found ??= reader(run);
  const { kind, value, text, scale } = found ?? { kind: 'unread', value: 0, text: null };
  return {
    start,
    end,
    kind,
    value,
    text,
    clock: clock(run),
    scale: scale === undefined ? null : start + scale,
  };
}

/** Whole numbers with a comma every three digits (Chicago Manual of Style). */
const grouped = (value: number): string => `${value}`.replace(/\B(?=(\d{3})+$)/g, ',');

const isScale = (word = ''): boolean => (SCALES.get(word) ?? 0) >= 1e6;

function given(run: readonly Token[]): Reading | null {
  const { word } = run[0]!;
  const scaled = run.length === 2 && isScale(run[1]!.word);
  if (!/^\d+([.,:]\d+)*$/.test(word) || !(scaled || run.length === 1)) return null;
  const value = Number(word.replace(/[,:]/g, ''));
  return { kind: 'given', value, text: word, ...(scaled && { scale: 1 }) };
}

/** Two halves: `twenty twenty six`, `nineteen oh five`. Before 1300 they are as often a price or a time. */
function year(run: readonly Token[]): Reading | null {
  const century = centuryOf(run);
  const rest = century && pairRest(run, century.next);
  if (rest?.next !== run.length) return null;
  const value = 100 * century!.value + rest.value;
  return { kind: 'year', value, text: `${value}` };
}

/** `nineteen eighties`, `eighteen hundreds`. */
function decade(run: readonly Token[]): Reading | null {
  const century = centuryOf(run);
  const years = DECADES.get(run.at(-1)!.word);
  if (years === undefined || century?.next !== run.length - 1) return null;
  const value = 100 * century.value + years;
  return { kind: 'decade', value, text: `${value}s` };
}

function centuryOf(run: readonly Token[]): Read | null {
  const century = belowHundred(run, 0);
  return century !== null && century.value >= 13 && century.value <= 20 ? century : null;
}

/** The second half of a year or of a time: `thirty`, `oh five`. */
function pairRest(run: readonly Token[], at: number): Read | null {
  const oh = OH.has(run[at]?.word ?? '');
  const rest = belowHundred(run, oh ? at + 1 : at);
  return rest !== null && rest.value > 0 && oh === rest.value < 10 ? rest : null;
}

function whole(run: readonly Token[]): Reading | null {
  const found = cardinal(run, 0);
  if (found?.next !== run.length) return null;
  const { value } = found;
  const words = run.map(({ word }) => word);
  // `A hundred` and `a hundred thousand` are as often "very many", as `a thousand and one` is.
  const vague = !words.some((word) => SMALL.has(word)) || words.slice(-2).join(' ') === 'and one';
  if (words[0] === 'a' && vague) return null;
  const scale = run.length - 1;
  const mantissa = value / (SCALES.get(words[scale]!) ?? 1);
  if (isScale(words[scale]) && mantissa < 1000 && Number.isInteger(mantissa)) {
    return { kind: 'number', value, text: `${mantissa}`, scale };
  }
  return { kind: 'number', value, text: grouped(value) };
}

/** `three point one four`, `two point three million`. */
function decimal(run: readonly Token[]): Reading | null {
  const found = cardinal(run, 0);
  if (found === null || run[found.next]?.word !== 'point') return null;
  const scale = SCALES.has(run.at(-1)!.word) ? run.length - 1 : undefined;
  const places = run.slice(found.next + 1, scale).map(({ word }) => (OH.has(word) ? 0 : DIGITS.get(word)));
  if (places.length === 0 || places.includes(undefined)) return null;
  const text = `${grouped(found.value)}.${places.join('')}`;
  return { kind: 'decimal', value: found.value, text, ...(scale && { scale }) };
}

/** The last word is an ordinal: `twenty first`. `one third` and `ten second` are no numbers of that kind. */
function ordinal(run: readonly Token[]): Reading | null {
  const last = run.at(-1)!;
  const word = ORDINALS.get(last.word);
  const found = word === undefined ? null : cardinal([...run.slice(0, -1), { ...last, word }], 0);
  if (found?.next !== run.length) return null;
  return { kind: 'ordinal', value: found.value, text: `${grouped(found.value)}${suffix(found.value)}` };
}

function suffix(value: number): string {
  const teen = value % 100 > 10 && value % 100 < 14;
  return (teen ? undefined : ['th', 'st', 'nd', 'rd'][value % 10]) ?? 'th';
}

/** `ten thirty`, `nine oh five`, `three`. */
function clock(run: readonly Token[]): string | null {
  const { word, gap } = run[0]!;
  if (run.length === 1 && /^(?:[1-9]|1[0-2])(?::[0-5]\d)?$/.test(word)) return word;
  const hour = belowHundred(run, 0);
  if (hour === null || hour.value < 1 || hour.value > 12) return null;
  if (hour.next === run.length) return `${hour.value}`;
  const minutes = gap === 'space' ? pairRest(run, hour.next) : null;
  if (minutes?.next !== run.length || minutes.value > 59) return null;
  return `${hour.value}:${`${minutes.value}`.padStart(2, '0')}`;
}

/** Behind a month: `twenty one nineteen eighty four`. */
function dayAndYear(tokens: readonly Token[], { start, end }: Run): Spoken[] | null {
  const day = belowHundred(tokens, start);
  if (day === null || day.value < 1 || day.value > 31) return null;
  const first = read(tokens, { start, end: day.next }, [whole]);
  const later = read(tokens, { start: day.next, end }, [year]);
  return later.kind === 'year' ? [{ ...first, kind: 'day' }, later] : null;
}
