import type { PackedSection, SectionTranscript, Word } from './contract.ts';

/** A section as people read it: its words with their text. */
export function unpackSection({ segments, chunks }: PackedSection): SectionTranscript {
  return {
    segments: segments.map(({ words, ...segment }) =>
      words ? { ...segment, words: unpackWords(segment.text, words) } : segment,
    ),
    chunks,
  };
}

function unpackWords(text: string, words: NonNullable<PackedSection['segments'][number]['words']>): Word[] {
  let from = 0;
  return words.map(([start, end, length, hundredths]) => {
    const word = { start, end, text: text.slice(from, from + length), probability: hundredths / 100 };
    from += length;
    return word;
  });
}
