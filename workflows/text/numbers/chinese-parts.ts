import { figures, isNumeral, matchAt, readNumeral, runEnd, type Numeral } from './chinese-read.ts';
import { before, change, isClosed, stays, type Finding, type Passage, type Rule } from './chinese-rule.ts';
import { shifted } from './chinese-style.ts';
import { isCountedAt } from './chinese-units.ts';

const POINT = /点[零〇一二三四五六七八九]+/y;
const HUNDREDTHS = /[百千]分之/y;
const SPOKEN = /[零〇一二三四五六七八九十百千万亿两幺点]+/y;
const UNTIL = /[到至~～—-]/y;

interface Quantity {
  readonly digits: string;
  readonly end: number;
}

/** A whole number or a decimal; null where it is not sure. */
function quantityAt(text: string, at: number): Quantity | null {
  const whole = readNumeral(text, at);
  if (whole === null || whole.kind === 'guess' || text[whole.end] === '几') return null;
  const point = matchAt(POINT, text, whole.end);
  if (point === null) {
    return isNumeral(text[whole.end]) || /^(?:分|点\d)/.test(text.slice(whole.end, whole.end + 2))
      ? null
      : whole;
  }
  const end = whole.end + point.length;
  if (isNumeral(text[end]) || matchAt(POINT, text, end) !== null) return null;
  return { digits: `${whole.digits}.${figures(point.slice(1))}`, end };
}

/** 百分之三点五 → 3.5%, 千分之三 → 3‰; ten thousandths have no such sign in common use. Null where none begins at `at`. */
export function percentAt({ text }: Passage, at: number): Finding | null {
  const head = matchAt(HUNDREDTHS, text, at);
  if (head === null) return null;
  const sign = head.startsWith('百') ? '%' : '‰';
  const rule = sign === '%' ? 'percent' : 'per-mille';
  const from = at + head.length;
  if (head.startsWith('百') && text[from] === '百' && !isNumeral(text[from + 1])) {
    return { edits: [{ start: at, end: from + 1, text: '100%', rule }], end: from + 1 };
  }
  const first = quantityAt(text, from);
  if (first === null) return stays(from + (matchAt(SPOKEN, text, from)?.length ?? 0));
  const edits = [{ start: at, end: first.end, text: `${first.digits}${sign}`, rule }];
  // GB/T 15835-2011, 4.1.1: the sign stands behind both ends of a range.
  const second = matchAt(UNTIL, text, first.end) === null ? null : quantityAt(text, first.end + 1);
  if (second === null || isCountedAt(text, second.end) || text[second.end] === '点') {
    return { edits, end: first.end };
  }
  edits.push({ start: first.end + 1, end: second.end, text: `${second.digits}${sign}`, rule });
  return { edits, end: second.end };
}

/** 三分之一 → 1/3. */
export const fraction: Rule = ({ text }, numeral) => {
  if (!text.startsWith('分之', numeral.end)) return null;
  const top = readNumeral(text, numeral.end + 2);
  const known = [numeral, top].every((one) => one?.kind === 'one' || one?.kind === 'cardinal');
  if (!known || !top || numeral.value < 2 || top.value === 0 || /[点几]/.test(text[top.end] ?? '')) {
    return stays(top?.end ?? runEnd(text, numeral.end + 2));
  }
  const figuresOfBoth = `${top.digits}/${numeral.digits}`;
  return { edits: [change({ ...numeral, end: top.end }, 'fraction', figuresOfBoth)], end: top.end };
};

const LARGE = /万亿|[万亿]/y;
const ZEROS: Readonly<Record<string, number>> = { 万: 4, 亿: 8, 万亿: 12 };
const PART_OF_UNIT = /千[瓦克卡赫伏帕]|两/y;
const MORE_POINTS = /(?:点[零〇一二三四五六七八九]+)+/y;
const COMPARED = /[快慢早晚大小多少好高低长短远近差]/;
const SOME = /[了有这那]/;

/** 三点一四 → 3.14. Which 一点 is a little, and which hour has minutes, the words around it tell. */
export const decimal: Rule = ({ text, large }, numeral) => {
  const point = matchAt(POINT, text, numeral.end);
  if (point === null || numeral.kind === 'guess') return null;
  const end = numeral.end + point.length;
  const scale = matchAt(LARGE, text, end) ?? '';
  const behind = end + scale.length;
  const loose = isNumeral(text[behind]) && matchAt(PART_OF_UNIT, text, behind) === null;
  const more = matchAt(MORE_POINTS, text, behind);
  if (loose || more !== null || text[numeral.start - 1] === '第') {
    return stays(runEnd(text, behind + (more?.length ?? 0)));
  }
  const measured = scale !== '' || /[%％倍度]/.test(text[end] ?? '') || isCountedAt(text, end);
  const sure = measured || isClosed(text, end);
  const little = text.slice(numeral.start, numeral.end) === '一';
  const previous = text[numeral.start - 1] ?? '';
  if (little && (COMPARED.test(previous) || (SOME.test(previous) && !sure))) return stays(end);
  // 三点一是…: the first of three points; 八点一个人: an hour.
  if (point === '点一' && (text[end] === '个' || !sure)) return stays(end);
  const decimals = figures(point.slice(1));
  const whole = large === 'digits' && scale !== '' ? shifted(numeral.digits, decimals, ZEROS[scale]!) : null;
  return whole === null
    ? { edits: [change({ ...numeral, end }, 'decimal', `${numeral.digits}.${decimals}`)], end: behind }
    : { edits: [change({ ...numeral, end: behind }, 'decimal', whole)], end: behind };
};

const TAILS: Readonly<Record<string, RegExp>> = {
  块: /[一二三四五六七八九]/y,
  斤: /[一二三四五六七八九](?!两)/y,
  度: /[一二三四五六七八九]/y,
  米: /[一二三四五六七八九][零〇一二三四五六七八九]?/y,
};
const TALL = /(?:身高|[高长宽深达有])$/;
const PER_ONE = /一[个斤公两张件份瓶只条位本次天晚杯碗盒包袋套双]/y;

/** What the unit before it says by tenths: 一米八 → 1.8米, 三块五 → 3.5块. The unit stays the one that was said. */
export const tenths: Rule = ({ original, text }, numeral) => {
  const unit = text[numeral.end] ?? '';
  const tail = TAILS[unit];
  if (tail === undefined || (numeral.kind !== 'one' && numeral.kind !== 'cardinal')) return null;
  const spoken = matchAt(tail, text, numeral.end + 1);
  if (spoken === null) return null;
  const end = numeral.end + 1 + spoken.length;
  const tall = unit === '米' && (spoken.length > 1 || TALL.test(before(text, numeral.start, 3)));
  const closed = isClosed(text, end) || (tall && !isCountedAt(text, end));
  const price = unit === '块' && matchAt(PER_ONE, text, end) !== null;
  if (text[end] === '几') return stays(end);
  if (isNumeral(text[end]) ? !price : !closed) return null;
  return { edits: [change({ ...numeral, end }, 'tenths-of-a-unit', told(numeral, spoken, original))], end };
};

const told = ({ digits, end }: Numeral, spoken: string, original: string): string =>
  `${digits}.${figures(spoken)}${original[end]}`;
