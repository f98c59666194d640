import type { Edit } from '../edit.ts';
import { matchAt, readNumeral, runEnd, type Numeral } from './chinese-read.ts';
import { before, change, isClosed, stays, type Passage, type Rule } from './chinese-rule.ts';

/** GB/T 15835-2011, 4.2: years of reigns, and days of the moon's calendar, stay. */
const REIGN =
  /(?:民国|昭和|平成|令和|大正|明治|洪武|永乐|嘉靖|万历|崇祯|顺治|康熙|雍正|乾隆|嘉庆|道光|咸丰|同治|光绪|宣统|贞观|开元|天宝|建安|庆应|[文武桓穆襄景惠昭平宣成康哀定][公王侯帝]|[太高中世仁英神哲徽孝宣文武][宗祖]|太平天国.{0,2})$/u;
const MOON =
  /(?:农历|阴历|旧历|夏历|藏历|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年)[^，。！？；,.!?;\s]{0,8}$/;
const MOON_DAY = /(?:正月|腊月|冬月|闰.月|大年|(?<![年当最起期])初)$/u;
const NUMERALS = '[零〇一二三四五六七八九十百千万两]+';
const YEAR = new RegExp(`${NUMERALS}年(?:${NUMERALS}月(?:${NUMERALS}[日号]?)?)?`, 'y');
const DAY = new RegExp(`${NUMERALS}(?:年|月(?:${NUMERALS}[日号]?)?)`, 'y');

/** Where a date ends that stays as it was heard; null where none such begins at `at`. */
export function endOfOldDate({ text }: Passage, at: number): number | null {
  const context = before(text, at, 14);
  const year = matchAt(YEAR, text, at);
  if (year !== null && REIGN.test(context)) return at + year.length;
  const day = matchAt(DAY, text, at);
  if (day !== null && MOON.test(context)) return at + day.length;
  return MOON_DAY.test(context) ? runEnd(text, at) : null;
}

const NO_LABEL = /(?:楼|线|院|机|店|门|馆|房|桌|厅|位|码|文件)/y;
const UNTIL = /[到至和或、~～—-]/y;
/** 一月 may be a month long, unless a part of the month or the year is named. */
const PART = /[份初底中上下](?!旬?次)/y;

/** 三月五号 → 3月5日. A month with a day that neither 日 nor 号 follows may be a feast: 八月十五. */
export const month: Rule = ({ text }, numeral) => {
  const { value, end } = numeral;
  if (text[end] !== '月' || numeral.kind === 'string' || numeral.kind === 'guess') return null;
  const behind = end + 1;
  if (value < 1 || value > 12 || text[numeral.start] === '两') return null;
  const run = runEnd(text, behind);
  if (run > behind) return dayBehind(text, numeral, behind) ?? stays(run);
  if (/[初半]/.test(text[behind] ?? '') && runEnd(text, behind + 1) > behind + 1) {
    return stays(runEnd(text, behind + 1));
  }
  if (text[behind] === '半') return stays(behind);
  const named = value > 1 || text[numeral.start - 1] === '年' || matchAt(PART, text, behind) !== null;
  return named ? { edits: [change(numeral, 'month')], end: behind } : stays(behind);
};

function dayBehind(text: string, monthNumeral: Numeral, at: number) {
  const first = dayAt(text, at, text[monthNumeral.start - 1] === '年');
  if (first === null) return null;
  const edits = [change(monthNumeral, 'month'), ...first.edits];
  let { end } = first;
  // What stands beside a date has its form (4.3): 三月五号到八号.
  while (matchAt(UNTIL, text, end) !== null) {
    const next = dayAt(text, end + 1);
    if (next === null) break;
    edits.push(...next.edits);
    end = next.end;
  }
  return { edits, end };
}

/** `dated`: a year stands before, so that a number alone is a day too. */
function dayAt(text: string, at: number, dated = false): { edits: Edit[]; end: number } | null {
  const day = readNumeral(text, at);
  if (day === null || day.value < 1 || day.value > 31) return null;
  if (day.kind === 'string' || day.kind === 'guess') return null;
  const { end } = day;
  if (text[end] === '日') return { edits: [change(day, 'day')], end: end + 1 };
  if (text[end] !== '号') return dated && isClosed(text, end) ? { edits: [change(day, 'day')], end } : null;
  if (matchAt(NO_LABEL, text, end + 1) !== null) return null;
  const word: Edit = { start: end, end: end + 1, text: '日', rule: 'day-of-a-date' };
  return { edits: [change(day, 'day'), word], end: end + 1 };
}

const YEARS = /[年级](?![级轻纪代])/y;
const LATER = /后(?![面来天年续期边方台者])/y;

/**
 * Years of two digits and the people born in them: 零八年, 九八级, 八零后. Below 50 without 零 they could be counts: 一五年.
 */
export const shortYear: Rule = ({ text }, numeral) => {
  const { kind, digits, end } = numeral;
  const born = kind === 'string' && /^[016789][05]$/.test(digits);
  const decade = kind === 'cardinal' && /^[6789]0$/.test(digits);
  if ((born || decade) && matchAt(LATER, text, end) !== null) {
    return { edits: [change(numeral, 'people-of-a-decade')], end };
  }
  if (kind !== 'string' || !/^[05-9]\d$/.test(digits)) return null;
  return matchAt(YEARS, text, end) === null ? null : { edits: [change(numeral, 'year')], end };
};
