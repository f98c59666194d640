/** A number as it is said, in `[start, end)` of the text. */
export interface Numeral {
  readonly start: number;
  readonly end: number;
  /**
   * `one`: one character, 零 to 十 and 两. `cardinal`: with places, 一百二. `string`: digit by digit, 二零二六. `guess`: such
   * digits that tell of about how many, 三五 and 七八.
   */
  readonly kind: 'one' | 'cardinal' | 'string' | 'guess';
  readonly value: number;
  /** In figures, place by place. */
  readonly digits: string;
}

export const WAN = 10_000;
export const YI = 100_000_000;

const DIGITS = '零一二三四五六七八九';
const NUMERALS = new Set('零〇一二三四五六七八九十百千万亿两幺');
const STRING = /[零〇一二三四五六七八九幺]+/y;
/** GB/T 15835-2011, 5.2: neighbours in rising order, and 三五. */
const GUESS =
  /^(?:一二|二三|三四|四五|五六|六七|七八|八九|三五|一二三|二三四|三四五|四五六|五六七|六七八|七八九)$/;
/** The places below 万; 零 only where something follows it. */
const SECTION =
  /(?:([一二两三四五六七八九])千)?([零〇](?=[一二两三四五六七八九十]))?(?:([一二两三四五六七八九])百)?([零〇](?=[一二三四五六七八九十]))?(?:([一二三四五六七八九]?)(十))?([零〇](?=[一二三四五六七八九]))?([一二三四五六七八九]|两(?=[万亿]))?/y;
/** Behind a number, 千 is a part of these units, and 两 is one. */
const UNIT_BEHIND = /千[瓦克卡赫伏帕]|两(?![零〇一二三四五六七八九十百千万亿两])/y;
/** 三千克 is three of a unit; 3000克 would be three thousand of another. */
const THOUSANDS_OF_A_UNIT = /[一两二三四五六七八九]千[瓦克卡赫伏帕]/y;

export const isNumeral = (character: string | undefined): boolean =>
  character !== undefined && NUMERALS.has(character);

function digitOf(character: string): number {
  if (character === '〇') return 0;
  if (character === '幺') return 1;
  return character === '两' ? 2 : DIGITS.indexOf(character);
}

/** Digits said one by one, as figures. */
export const figures = (spoken: string): string => Array.from(spoken, digitOf).join('');

/** What a sticky `pattern` finds at a place of the text; null where that is nothing. */
export function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** Where the numerals that begin at `start` end. */
export function runEnd(text: string, start: number): number {
  let end = start;
  while (isNumeral(text[end])) end += 1;
  return end;
}

/** The number that begins at `start`; null where the numerals there make none for sure. */
export function readNumeral(text: string, start: number): Numeral | null {
  const run = runEnd(text, start);
  const string = matchAt(STRING, text, start) ?? '';
  if (string.length > 1 && start + string.length === run) {
    const digits = figures(string);
    const kind = GUESS.test(string) ? 'guess' : 'string';
    return { start, end: run, kind, value: Number(digits), digits };
  }
  if (matchAt(THOUSANDS_OF_A_UNIT, text, start) !== null) return oneAt(text, start);
  const { value, end } = run - start === 1 ? { value: 1, end: run } : cardinal(text, start);
  if (end === start || (end < run && matchAt(UNIT_BEHIND, text, end) === null)) return null;
  // 一两 and 三两 are guesses, unless pounds stand before.
  if (
    end - start === 1 &&
    end < run &&
    text[end] === '两' &&
    /[一三]/.test(text[start]!) &&
    text[start - 1] !== '斤'
  ) {
    return null;
  }
  if (end - start === 1) return oneAt(text, start);
  return Number.isSafeInteger(value) ? { start, end, kind: 'cardinal', value, digits: String(value) } : null;
}

/** Of 百, 千, 万, 亿 and 幺 alone there is no number. */
function oneAt(text: string, start: number): Numeral | null {
  const value = text[start] === '十' ? 10 : digitOf(text[start]!);
  if (value < 0 || text[start] === '幺') return null;
  return { start, end: start + 1, kind: 'one', value, digits: String(value) };
}

interface Read {
  readonly value: number;
  readonly end: number;
}

function cardinal(text: string, start: number): Read {
  const high = belowYi(text, start, 0);
  if (high.value === 0 || text[high.end] !== '亿') return high;
  const low = belowYi(text, high.end + 1, YI);
  return { value: high.value * YI + low.value, end: low.end };
}

/** `above`: the place that was said before, 0 for none. */
function belowYi(text: string, start: number, above: number): Read {
  const high = section(text, start, above);
  if (high.value === 0 || text[high.end] !== '万') return high;
  const low = section(text, high.end + 1, WAN);
  return { value: high.value * WAN + low.value, end: low.end };
}

function section(text: string, start: number, above: number): Read {
  SECTION.lastIndex = start;
  const found = SECTION.exec(text) ?? [''];
  const [all, thousands, gap, hundreds, secondGap, tens, ten, thirdGap, ones] = found;
  if (above === 0 && gap !== undefined && thousands === undefined) return { value: 0, end: start };
  const end = start + all.length;
  const places =
    (thousands ? digitOf(thousands) * 1000 : 0) +
    (hundreds ? digitOf(hundreds) * 100 : 0) +
    (ten ? (tens ? digitOf(tens) : 1) * 10 : 0);
  if (!ones) return { value: places, end };
  const last = ten ? 10 : hundreds ? 100 : thousands ? 1000 : above;
  if (last <= 10 || thirdGap || (secondGap && !ten) || (gap && !hundreds && !ten)) {
    return { value: places + digitOf(ones), end };
  }
  // 三百二 is 320. Where more numerals follow it is not sure what they belong to.
  if (isNumeral(text[end])) return { value: places, end: end - 1 };
  return { value: places + (digitOf(ones) * last) / 10, end };
}
