import { isCountedAt } from './chinese-units.ts';

const TEENS = '十[一二三四五六七八九]?';
const NO_NUMERAL_BEFORE = '(?<![零〇一二三四五六七八九十百千万亿两第])';

/** Sons and daughters by their rank in the family: 十三姨, 十七爷. */
const KIN = new RegExp(`${NO_NUMERAL_BEFORE}${TEENS}[姨爷叔婶哥姐妹弟娘]`, 'g');
/** A name of a surname and a rank, 李十三. Surnames that are as often another word, as 高 and 周, are left out. */
const RANKED = new RegExp(
  '(?<=(?:^|[^\\p{Script=Han}]|[叫是和跟找给问让请老小])[李王张刘陈杨赵吴徐孙胡朱郭罗宋谢韩唐冯董萧曹袁邓傅沈彭吕苏卢蒋蔡魏薛潘杜汪姜廖邹崔邱秦])' +
    '十[一二三四五六七八九](?=$|[^\\p{Script=Han}]|[说来去走是的也就和])',
  'gu',
);
/** Villages by the way to them: 二十里铺. The road of twenty li may be paved as well. */
const STAGE = new RegExp(
  `${NO_NUMERAL_BEFORE}[二三四五六七八九]?十里(?:堡|铺(?![满着了开设上成盖的好]))`,
  'g',
);
/** Titles after 十万个为什么. */
const WHY = new RegExp(`${NO_NUMERAL_BEFORE}[一二三四五六七八九十百千两]{1,4}万个为什么`, 'g');

const DAY = '(?:二?十[一二三四五六七八九]?|三十)';
/** 这个月十五: without 号 or 日 the day may be one of the moon's calendar. */
const MOON_DAY = new RegExp(
  `(?<=这个月|上个月|下个月|本月)${DAY}(?:[到至]${DAY})?` +
    '(?![零〇一二三四五六七八九十百千万亿两几多余来点分时号日到至比度成折毛角%％])',
  'g',
);

/** Lists whose first numbers stay: 一天，两天，三天, and 一杯水，二两酒，三斤肉. */
const SPANS =
  /一(年|天|日|周|倍|个月|个星期|个礼拜)[，、,] ?[两二]\1[，、,] ?三\1(?:[，、,] ?[四五六七八九十]\1)*(?!半)/g;
const THINGS =
  /一[杯个碗张本只件条盘瓶份口句把]\p{Script=Han}{0,3}[，、,] ?[两二]\p{Script=Han}{1,4}[，、,] ?三(?=\p{Script=Han})/gu;

/** Where names and feasts stand whose numerals stay, found by what is around them. */
export function namedNumbers(text: string): { readonly start: number; readonly end: number }[] {
  const found = [KIN, RANKED, STAGE, WHY, SPANS, THINGS, MOON_DAY].flatMap((pattern) =>
    Array.from(text.matchAll(pattern), ({ 0: name, index }) => ({
      start: index,
      end: index + name.length,
      pattern,
    })),
  );
  return found.filter(({ end, pattern }) => pattern !== MOON_DAY || !isCountedAt(text, end));
}
