import type { PackedWord, Word } from './contract.ts';

/** A word of a segment packed, its times as they are. */
export const packWord = ({ start, end, text, probability }: Word): PackedWord => [
  start,
  end,
  text.length,
  Math.round(probability * 100),
];

/** The words of a text, each with its part of it. */
export function unpackWords(text: string, words: readonly PackedWord[]): Word[] {
  let from = 0;
  return words.map(([start, end, length, hundredths]) => {
    const word = { start, end, text: text.slice(from, from + length), probability: hundredths / 100 };
    from += length;
    return word;
  });
}
