import { mergePunctuation, splitToWords } from './split-words.ts';
import type { HeardToken } from './tokens.ts';

/** A word with its time. */
export interface Word {
  /** First sample of the window, and the sample after the last. */
  readonly start: number;
  readonly end: number;
  /** With the space before it and its punctuation: the words of a segment, joined, are its text. */
  readonly text: string;
  /** Mean probability of its tokens, 0…1, without those of merged punctuation. */
  readonly probability: number;
}

/** The tokens of a segment as they were heard. */
export interface HeardTokens {
  /** First sample of the segment, and the sample after the last. */
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly number[];
  /** Of each token. */
  readonly heard: readonly HeardToken[];
}

/**
 * The words of a segment, in order, none before the end of another, all within the segment.
 * @param decode tokens to text.
 */
export function wordsOf(
  { start, end, tokens, heard }: HeardTokens,
  language: string,
  decode: (tokens: readonly number[]) => string,
): Word[] {
  const inside = (time: number) => Math.min(Math.max(time, start), end);
  let first = 0;
  const words = splitToWords(tokens, language, decode).map(({ text, tokens: count }): Word => {
    const own = heard.slice(first, first + count);
    first += count;
    const sum = own.reduce((total, { probability }) => total + probability, 0);
    return { start: inside(own[0]!.start), end: inside(own.at(-1)!.end), text, probability: sum / count };
  });
  return trimmed(mergePunctuation(words, (word, text) => ({ ...word, text })));
}

/** The words of a text without the space around it; one of space alone belongs to its neighbour. */
function trimmed(words: readonly Word[]): Word[] {
  const kept: Word[] = [];
  let space = '';
  for (const word of words) {
    const last = kept.at(-1);
    if (word.text.trim() !== '') kept.push({ ...word, text: space + word.text });
    else if (last) kept[kept.length - 1] = { ...last, text: last.text + word.text };
    space = kept.length > 0 ? '' : space + word.text;
  }
  return kept.map((word, i) => {
    const text = i === 0 ? word.text.trimStart() : word.text;
    return { ...word, text: i === kept.length - 1 ? text.trimEnd() : text };
  });
}
