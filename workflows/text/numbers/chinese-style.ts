import { WAN, YI } from './chinese-read.ts';

/** How numbers from ten thousand are written: with 万 and 亿, or in figures alone. */
export type Large = 'wan' | 'digits';

/**
 * A whole number as it is written. With 万 and 亿: in the largest of them where one decimal (of 亿: two) is enough, 3.5亿;
 * else in figures, and from 亿 as GB/T 15835-2011, 5.3 has it: 10亿零817万5288.
 */
export function written(value: number, large: Large): string {
  if (large === 'digits' || value < WAN) return String(value);
  if (value < YI) return value % (WAN / 10) === 0 ? `${value / WAN}万` : String(value);
  if (value % YI === 0) return `${written(value / YI, large)}亿`;
  if (value < WAN * YI && value % (YI / 100) === 0) return `${value / YI}亿`;
  const wan = Math.floor((value % YI) / WAN);
  const rest = value % WAN;
  return [
    `${written(Math.floor(value / YI), large)}亿`,
    wan === 0 ? '' : `${gap(wan)}${wan}万`,
    rest === 0 ? '' : `${wan === 0 ? '零' : gap(rest)}${rest}`,
  ].join('');
}

const gap = (part: number): string => (part < WAN / 10 ? '零' : '');

/** A decimal of ten thousands (`zeros` 4) and the like in figures alone; null where it is no whole number. */
export function shifted(whole: string, decimals: string, zeros: number): string | null {
  if (decimals.length > zeros) return null;
  return `${whole}${decimals.padEnd(zeros, '0')}`.replace(/^0+(?=\d)/, '');
}
