import { matchAt, readNumeral, type Numeral } from './chinese-read.ts';
import { before, change, isClosed, stays, type Finding, type Rule } from './chinese-rule.ts';

const DAYPART =
  /(?:上午|下午|早上|早晨|清早|清晨|晚上|中午|正午|凌晨|傍晚|半夜|深夜|午夜|夜里|夜间|夜晚|今晚|明晚|昨晚|当晚|今早|明早|每晚|今天|明天|昨天|后天|前天|当天|每天|(?:星期|周|礼拜)[\uE000日天]|[日号])的?[，, ]?$/;
/** Minutes to an hour that stay words keep the hour as it was heard: 差五分十二点, 十二点差五分. */
const MINUTES_BEFORE = /差[一二三四五六七八九十]分$/;
const MINUTES_TO = /差[一二三四五六七八九十]分(?!钟)/y;
const MARKS = /[差加减扣]$/;
const UNTIL = /点[^，。！？,.!?]{0,4}[到至]$/;
/** Words that begin with 点, and what is counted in points. */
const NO_HOUR =
  /[子评击头名燃火心菜播亮明缀滴赞券位数阵]|意见|建议|要求|内容|感受|体会|原因|理由|希望|看法|说明|启示/y;
const HOUR =
  /[多来]钟|半(?!点)|整(?![理个合体改])|钟|[一三]刻|左右|[以之][前后]|[到至](?:[一二三四五六七八九两]|十[一二]?|二十[一二三四]?)点/y;
const SURE_OF_ONE = /[多来]钟|半(?!点)|整(?![理个合体改])|钟|[一三]刻|左右/y;
/** What may follow 一点 when it is an hour. */
const AFTER_ONE = /[开出到吃睡起集见下上在有我你他她们才再前]/;
const MINUTES = /分(?![之钟])/y;
/** Where 十分 ends a time, and is not the word for very. */
const AFTER_TEN_MINUTES = /[到至开出准整]/;

/** GB/T 15835-2011, 4.3: 下午4点40分. The words for hours and minutes stay as they were said. */
export const clock: Rule = ({ text }, numeral) => {
  const { start, end, value, kind } = numeral;
  if (text[end] !== '点' || value > 24 || (kind !== 'one' && kind !== 'cardinal')) return null;
  const behind = end + 1;
  if (text[start - 1] === '第' || matchAt(NO_HOUR, text, behind) !== null) return null;
  const context = before(text, start, 8);
  const short = matchAt(MINUTES_TO, text, behind);
  if (short !== null) return stays(behind + short.length);
  if (MINUTES_BEFORE.test(context)) return stays(behind);
  // 差零点五分 is half a mark.
  if (text[start] === '零' && MARKS.test(context)) return null;
  const told = DAYPART.test(context) || UNTIL.test(context);
  return withMinutes(text, numeral, behind, told) ?? wholeHour(text, numeral, behind, told);
};

function withMinutes(text: string, hour: Numeral, at: number, told: boolean): Finding | null {
  const minutes = readNumeral(text, at);
  if (minutes === null || minutes.value > 59) return null;
  const { kind, digits, end } = minutes;
  const spoken = matchAt(MINUTES, text, end) !== null;
  const found = { edits: [change(hour, 'hour'), change(minutes, 'minutes')], end };
  if (kind === 'cardinal') return found;
  if (kind === 'string') return /^0\d$/.test(digits) && (spoken || told) ? found : null;
  if (kind !== 'one' || !spoken) return null;
  if (minutes.value === 10) return endsTime(text, end + 1, told, hour) ? found : null;
  // 九点五分 is also a mark of 9.5.
  return told ? found : stays(end);
}

function endsTime(text: string, at: number, told: boolean, hour: Numeral): boolean {
  if (told && text[at] !== '的') return true;
  if (text[hour.start] === '一' && /[有这那差]/.test(text[hour.start - 1] ?? '')) return false;
  return (isClosed(text, at) && text[at] !== '的') || AFTER_TEN_MINUTES.test(text[at] ?? '');
}

function wholeHour(text: string, hour: Numeral, at: number, told: boolean): Finding | null {
  const one = text[hour.start] === '一';
  const sure = matchAt(one ? SURE_OF_ONE : HOUR, text, at) !== null;
  const next = text[at] ?? '';
  const likely =
    told && (!one || (!/[都也儿不没]/.test(next) && (isClosed(text, at) || AFTER_ONE.test(next))));
  return sure || likely ? { edits: [change(hour, 'hour')], end: at } : null;
}

const OCLOCK = /时(?![候间代常期而光尚装刻局差])/y;

/** 三时, 十五时三十分: the hours of the news. A number alone may be another word: 一时, 四时. */
export const newsHour: Rule = ({ text }, numeral) => {
  const { start, end, kind, value } = numeral;
  if (kind !== 'one' || value > 24 || matchAt(OCLOCK, text, end) === null) return null;
  const minutes = readNumeral(text, end + 1);
  const named = minutes !== null && matchAt(MINUTES, text, minutes.end) !== null;
  if (!named && !(text[start] !== '一' && DAYPART.test(before(text, start, 8)))) return null;
  return { edits: [change(numeral, 'hour')], end: end + 1 };
};
