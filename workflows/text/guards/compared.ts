import { simplifiedOf } from '../script/characters.ts';

/**
 * The letters and digits of a text alone, to compare what may be written in many ways: without case, width, accents,
 * spaces and punctuation, Chinese characters as simplified ones.
 */
export const lettersOf = (text: string): string =>
  Array.from(
    text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ''),
    simplifiedOf,
  ).join('');
