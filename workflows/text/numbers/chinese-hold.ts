import { simplified } from './chinese-fold.ts';
import { isNumeral } from './chinese-read.ts';
import { namedNumbers } from './chinese-names.ts';
import { FIRM, WORDS } from './chinese-words.ts';

/** Stands for a numeral that stays, whatever is around it. */
const HELD = '\uE000';

/** A word of so many characters is none by chance. */
const LONG = 4;

const firm = new Set(FIRM);
/** By their first two characters, the longest first. */
const byStart = new Map<string, string[]>();
for (const word of [...new Set([...FIRM, ...WORDS])].sort((one, other) => other.length - one.length)) {
  byStart.set(word.slice(0, 2), [...(byStart.get(word.slice(0, 2)) ?? []), word]);
}

/** In a long string of digits 么 is written for 幺. */
const YAO = /(?<![什怎那这多要甚])[零〇一二三四五六七八九幺么]{7,}/g;

/** A text as the rules read it: in simplified characters, place by place, without the numerals that stay. */
export function readable(text: string): string {
  const folded = simplified(text).replace(YAO, (string) =>
    string.replace(/么(?=[零〇一二三四五六七八九幺么])/g, '幺'),
  );
  const characters = folded.split('');
  const hold = (start: number, end: number) => {
    for (let at = start; at < end; at += 1) if (isNumeral(characters[at])) characters[at] = HELD;
  };
  for (const { start, end } of weekdays(folded)) hold(start, end);
  const counted = characters.join('');
  for (let at = 0; at < counted.length;) {
    const word = wordAt(counted, at);
    if (word !== null) hold(at, at + word.length);
    at += word?.length ?? 1;
  }
  for (const { start, end } of namedNumbers(characters.join(''))) hold(start, end);
  return characters.join('');
}

function wordAt(text: string, at: number): string | null {
  for (const word of byStart.get(text.slice(at, at + 2)) ?? []) {
    if (!text.startsWith(word, at)) continue;
    if (word.length >= LONG || firm.has(word)) return word;
    const runsIn = isNumeral(word[0]) && isNumeral(text[at - 1]);
    const runsOn = isNumeral(word.at(-1)) && isNumeral(text[at + word.length]);
    if (!runsIn && !runsOn) return word;
  }
  return null;
}

interface Weekday {
  readonly start: number;
  readonly end: number;
  /** Whether a figure may take its place: none follows it, and 上周二十个人 may be twenty people. */
  readonly alone: boolean;
}

const DAY = /(星期|礼拜|周)[一二三四五六](?=([零〇一二三四五六七八九十百千万亿两]*)(.?))/gsu;
/** Behind 一周 and 每周 this counts: 每周三次. */
const COUNTS = /^[次天个节遍回趟篇场门课]$/;
/** An hour behind the day: 周二十点, 周三十一点半. */
const HOUR = /^(?:[一两二三四五六七八九]|十[一二]?|二十[一二三]?)$/;

/** The numerals of weekdays in a text in simplified characters (GB/T 15835-2011, 4.2: 星期五). */
export function weekdays(text: string): Weekday[] {
  return Array.from(text.matchAll(DAY)).flatMap(({ index, 1: name = '', 2: more = '', 3: next = '' }) => {
    const before = text[index - 1] ?? '';
    const start = index + name.length;
    if (more === '' && (isNumeral(before) || /[个几每半\d]/.test(before)) && COUNTS.test(next)) return [];
    const sure = name !== '周' || more === '' || (HOUR.test(more) && /[点时]/.test(next));
    const alone = more === '' && !/[\d０-９]/.test(next);
    return [{ start, end: start + 1 + (sure ? 0 : more.length), alone }];
  });
}
