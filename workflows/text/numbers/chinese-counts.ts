import { isMinus } from './chinese-minus.ts';
import { isNumeral, matchAt, readNumeral, type Numeral } from './chinese-read.ts';
import { before, change, isClosed, stays, type Finding, type Passage, type Rule } from './chinese-rule.ts';
import { written } from './chinese-style.ts';
import { isCountedAt, isDegreeAt, isLabelAt, isMeasureAt, isSpanAt } from './chinese-units.ts';

const CUE =
  /(?:电话|号码|手机|密码|尾号|编号|代码|验证码|区号|邮编|邮政编码|账号|卡号|车牌|学号|工号|热线|房号|门牌号|航班|拨打|微信|QQ)(?:号码?)?(?:是|为|:|：)?[，, ]?$/i;

/** Trains and buses have a letter before their number, which may look like a guess: G一二三次. */
const LETTERED = /(?<![A-Za-z])[A-Z]$/;
/** The space that a recogniser may leave behind the letter of a train. */
const TRAIN = /(?<![A-Za-z])[CDGKLSTYZ] $/;

/** Digits one by one: 二零二六, 幺三八零零一三八零零零. Two of them are numbers only where something says so. */
export const digitByDigit: Rule = ({ text }, numeral) => {
  const { kind, digits, start, end } = numeral;
  if (kind !== 'string' && kind !== 'guess') return null;
  if (text[end] === '次' && digits.length > 2 && TRAIN.test(before(text, start, 3))) {
    return { edits: [change({ ...numeral, start: start - 1 }, 'digit-by-digit')], end };
  }
  const coded = digits.length > 2 && LETTERED.test(before(text, start, 2));
  const cued = coded || CUE.test(before(text, start, 10));
  const second =
    digits.startsWith('0') && /[分点]/.test(text[start - 1] ?? '') && /[分秒]/.test(text[end] ?? '');
  const counted = kind === 'guess' && (isCountedAt(text, end) || text[start - 1] === '第');
  if (!cued && !second && (digits.length < 3 || counted)) return stays(end);
  const year = digits.length === 4 && text[end] === '年';
  return { edits: [change(numeral, year ? 'year' : 'digit-by-digit')], end };
};

const LARGER_UNIT = /[零一二三四五六七八九十百千万两\d](?:元|块|角|毛|小时)$/;
const SMALLER_UNIT = /[毛角]|分(?!之)/y;

/** 二十元零五分, 两小时零五分钟: 零 is a word there, and what it leads is a figure as the number before is. */
export function smallerUnitAt({ text }: Passage, at: number): Finding | null {
  if (text[at] !== '零' || !LARGER_UNIT.test(before(text, at, 3))) return null;
  const numeral = readNumeral(text, at + 1);
  if (numeral === null || (numeral.kind !== 'one' && numeral.kind !== 'cardinal')) return null;
  if (numeral.value === 0 || matchAt(SMALLER_UNIT, text, numeral.end) === null) return null;
  return { edits: [change(numeral, 'measure')], end: numeral.end };
}

const HUNDREDTHS_OF_SECONDS = /秒[零〇一二三四五六七八九]{2}/y;

/** 十秒零八 is 10.08 seconds on a track, and stays whole. */
export const race: Rule = ({ text }, numeral) => {
  const rest = matchAt(HUNDREDTHS_OF_SECONDS, text, numeral.end);
  if (rest === null) return null;
  const end = numeral.end + rest.length;
  return isClosed(text, end) ? stays(end) : null;
};

/** Ships and rockets have numbers in characters in their names. */
const CHRISTENED = /(?:神舟|天宫|嫦娥|长征|天问|天舟|北斗|蛟龙|玉兔|东方红|实践|风云|海洋|阿波罗)$/;
const COUNTED_ELEVEN = /[点时分秒号楼层度多余几比到至减加乘除来级路室月是岁]/;

/** 一百二十三 → 123. 十一 is a feast as well. */
export const cardinal: Rule = ({ text, large }, numeral) => {
  const { kind, value, start, end } = numeral;
  if (kind !== 'cardinal') return null;
  const ordinal = text[start - 1] === '第';
  const next = text[end] ?? '';
  // GB/T 15835-2011, 4.3: 十一届全国人大一次会议.
  if (!ordinal && next === '届') return stays(end);
  if (CHRISTENED.test(before(text, start, 3)) && /[号代]/.test(next)) return stays(end);
  const feast = value === 11 && !ordinal && !isCountedAt(text, end) && !COUNTED_ELEVEN.test(next);
  if (feast && /\p{Script=Han}/u.test(next)) return stays(end);
  const colloquial = /[百千万亿][一二三四五六七八九]$/.test(text.slice(start, end));
  // A count in the spoken short form takes no unit: 五万一平 is the price of one.
  if (colloquial && isCountedAt(text, end)) return stays(end);
  return { edits: [change(numeral, ordinal ? 'ordinal' : 'cardinal', written(value, large))], end };
};

/** 一 is no count behind these: 每一公里, and 五块钱一斤 is a price. */
const POINTING = /[每这那哪下上某同另头前后单整块元毛角钱]$/;
const COUPLE = /[这那前过头]$/;
const WARMTH = /(?:零下|零上|\uE000下|\uE000上|气温|温度|体温|高温|低温|室温|烧|烧到|倾斜)[了到至约为是在]?$/;
const TURNS = /以[上下]|左右|电|角/y;
const SCORED = /(?:得|考|打|拿|扣|加|减|给|领先|落后|差|获|赢|输)(?:了|到|出)?$/;

/** One character, 零 to 十 and 两: a figure with units of measure and labels, else as it was heard. */
export const oneCharacter: Rule = ({ text }, numeral) => {
  if (numeral.kind !== 'one') return null;
  if (text[numeral.start - 1] === '第' || text.endsWith('分之', numeral.start)) return null;
  const rule =
    labelled(text, numeral) ?? measured(text, numeral) ?? paired(text, numeral) ?? negative(text, numeral);
  return rule === null ? null : { edits: [change(numeral, rule)], end: numeral.end };
};

function labelled(text: string, { start, end }: Numeral): string | null {
  if (/[零两]/.test(text[start]!) || !isLabelAt(text, end)) return null;
  return CHRISTENED.test(before(text, start, 3)) ? null : 'label';
}

function measured(text: string, { start, end, value }: Numeral): string | null {
  const said = text[start]!;
  const context = before(text, start, 4);
  if (isDegreeAt(text, end)) {
    const warm = WARMTH.test(context) || matchAt(TURNS, text, end + 1) !== null;
    return value === 0 || value > 3 || warm ? 'measure' : null;
  }
  if (value === 0) return null;
  if (isMeasureAt(text, end)) {
    if (said === '一' && (POINTING.test(context) || isNumeral(text[start - 1]))) return null;
    return said === '两' && COUPLE.test(context) ? null : 'measure';
  }
  return said !== '一' && said !== '两' && isSpanAt(text, end) ? 'span' : null;
}

const negative = (text: string, { start, end }: Numeral): string | null =>
  isMinus(text, start - 1) && isClosed(text, end) ? 'negative' : null;

const MONEY = /[零一二三四五六七八九十百千万亿两\d]元$/;
const DIMES = /[角毛](?![形恋函度落])/y;

/** Behind a larger unit its smaller one is a measure too: 三块五毛, 五斤二两, 三分五秒, and marks are scored: 得了十分. */
function paired(text: string, { start, end }: Numeral): string | null {
  const pair = `${text[start - 1] ?? ''}${text[end] ?? ''}`;
  if (/^(?:块[毛角]|[毛角]分|斤两|时分)$/.test(pair)) return 'measure';
  if (MONEY.test(before(text, start, 2)) && matchAt(DIMES, text, end) !== null) return 'measure';
  const behind = end + 1;
  if (text[end] === '块' && isNumeral(text[behind]) && /[毛角]/.test(text[behind + 1] ?? ''))
    return 'measure';
  if (/块.[毛角]$/.test(before(text, start, 3)) && isClosed(text, end)) return 'measure';
  if (text[end] !== '分') return null;
  if (isNumeral(text[behind]) && /^[零〇一二三四五六七八九十]{1,3}秒/.test(text.slice(behind, behind + 4)))
    return 'measure';
  return SCORED.test(before(text, start, 4)) && isClosed(text, behind) ? 'score' : null;
}
