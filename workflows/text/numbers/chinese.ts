import type { Edit } from '../edit.ts';
import { clock, newsHour } from './chinese-clock.ts';
import { cardinal, digitByDigit, oneCharacter, race, smallerUnitAt } from './chinese-counts.ts';
import { endOfOldDate, month, shortYear } from './chinese-dates.ts';
import { readable, weekdays } from './chinese-hold.ts';
import { besideFigures, besideOrdinals } from './chinese-links.ts';
import { isMinus } from './chinese-minus.ts';
import { decimal, fraction, percentAt, tenths } from './chinese-parts.ts';
import { isNumeral, readNumeral, runEnd, type Numeral } from './chinese-read.ts';
import { before, stays, type Finding, type Passage, type Rule } from './chinese-rule.ts';
import { simplified } from './chinese-fold.ts';
import type { Large } from './chinese-style.ts';

export interface ChineseOptions {
  readonly large: Large;
  /** Whether 星期三 becomes 星期3. */
  readonly weekdays: boolean;
}

/** The first that knows the kind of number decides. */
const RULES: readonly Rule[] = [
  ...[fraction, month, shortYear, clock, newsHour, decimal, tenths],
  ...[race, digitByDigit, cardinal, oneCharacter],
];

/**
 * The numbers of a Chinese text in figures, as GB/T 15835-2011 has them; what could be a word, a guess or a feast stays as
 * it was heard. A number of one character becomes a figure with units of measure, in dates and times, and as the label of
 * a place; with classifiers it stays: 五个人, but 十五个人 is 15个人.
 */
export function chineseNumbers(original: string, options: ChineseOptions): Edit[] {
  const passage: Passage = { original, text: readable(original), large: options.large };
  const { text } = passage;
  const edits: Edit[] = [];
  const kept: Numeral[] = [];
  for (let at = 0; at < text.length;) {
    if (!isNumeral(text[at])) {
      at += 1;
      continue;
    }
    const { finding, numeral } = numberAt(passage, at);
    if (finding === null && numeral?.kind === 'one') kept.push(numeral);
    const found = finding?.edits ?? [];
    if (found.length > 0 && found[0]!.start === at && isMinus(text, at - 1) && takesMinus(text, found[0]!)) {
      edits.push({ start: at - 1, end: at, text: '-', rule: 'minus' });
    }
    edits.push(...found);
    at = finding?.end ?? numeral?.end ?? runEnd(text, at);
  }
  const all = [
    ...edits,
    ...besideFigures(text, edits, kept),
    ...besideOrdinals(text, edits, kept),
    ...(options.weekdays ? daysOf(original) : []),
  ];
  return all.sort((one, other) => one.start - other.start).flatMap((edit) => trimmed(original, edit));
}

/** `finding`: null where no rule says anything of the number. */
function numberAt(passage: Passage, at: number): { finding: Finding | null; numeral: Numeral | null } {
  const { text } = passage;
  const run = runEnd(text, at);
  const old = endOfOldDate(passage, at);
  if (old !== null) return { finding: stays(old), numeral: null };
  if (besideFigure(text, at, run) || isVague(text, at, run)) return { finding: stays(run), numeral: null };
  const percent = percentAt(passage, at);
  if (percent !== null) return { finding: percent, numeral: null };
  const smaller = smallerUnitAt(passage, at);
  if (smaller !== null) return { finding: smaller, numeral: null };
  const numeral = readNumeral(text, at);
  if (numeral === null) return { finding: stays(run), numeral };
  for (const rule of RULES) {
    const finding = rule(passage, numeral);
    if (finding !== null) return { finding, numeral };
  }
  return { finding: null, numeral };
}

/** A number that is half in figures, 3万五千, is not read. */
const besideFigure = (text: string, start: number, end: number): boolean =>
  /[\d０-９][.．,，]?$/.test(before(text, start, 2)) || /^[.．]?[\d０-９]/.test(text.slice(end, end + 2));

/** GB/T 15835-2011, 4.2: what is counted with 几 and 数 stays; 廿 and 卅 are not read. */
function isVague(text: string, start: number, end: number): boolean {
  if (/[几廿卅]/.test(`${text[start - 1] ?? ''}${text[end] ?? ''}`)) return true;
  // In 十二两 it is a weight.
  if (text[start] === '两' && isNumeral(text[start - 1])) return true;
  return text[start - 1] === '数' && /[十百千万亿]/.test(text[start]!);
}

function daysOf(original: string): Edit[] {
  const text = simplified(original);
  return weekdays(text).flatMap(({ start, end, alone }) =>
    alone ? [{ start, end, text: String('一二三四五六'.indexOf(text[start]!) + 1), rule: 'weekday' }] : [],
  );
}

/** 万 and 亿 as the original writes them, and nothing that stays: of 三万 only 三 is changed. */
function trimmed(original: string, edit: Edit): Edit[] {
  const old = original.slice(edit.start, edit.end);
  const text = edit.text.replace(/[万亿]/g, (unit) =>
    old.includes(TRADITIONAL[unit]!) ? TRADITIONAL[unit]! : unit,
  );
  let tail = 0;
  while (tail < old.length && tail < text.length && old.at(-1 - tail) === text.at(-1 - tail)) tail += 1;
  if (tail === old.length && tail === text.length) return [];
  return [{ ...edit, end: edit.end - tail, text: text.slice(0, text.length - tail) }];
}

/** 负一楼 and 负三分之一的责任 are read as they are said. */
const takesMinus = (text: string, { end, rule }: Edit): boolean =>
  rule !== 'fraction' && !/[楼层号]/.test(text[end] ?? '');

const TRADITIONAL: Readonly<Record<string, string>> = { 万: '萬', 亿: '億' };
