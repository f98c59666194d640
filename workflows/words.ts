import type { PackedSection, PackedWord, SectionTranscript, Word } from './contract.ts';

/** A word of a segment packed, its times as they are. */
export const packWord = ({ start, end, text, probability }: Word): PackedWord => [
  start,
  end,
  text.length,
  Math.round(probability * 100),
];

/** A section as people read it: its words with their text. */
export function unpackSection({ segments, chunks }: PackedSection): SectionTranscript {
  return {
    segments: segments.map(({ words, ...segment }) =>
      words ? { ...segment, words: unpackWords(segment.text, words) } : segment,
    ),
    chunks,
  };
}

function unpackWords(text: string, words: readonly PackedWord[]): Word[] {
  let from = 0;
  return words.map(([start, end, length, hundredths]) => {
    const word = { start, end, text: text.slice(from, from + length), probability: hundredths / 100 };
    from += length;
    return word;
  });
}
