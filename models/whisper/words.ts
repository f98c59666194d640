import { mergePunctuation, splitToWords } from './split-words.ts';

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
  /** Sample at which each token begins, and at which the last ends; never going back. */
  readonly times: readonly number[];
  /** Of each token, 0…1. */
  readonly probabilities: readonly number[];
}

/**
 * The words of a segment, in order, none before the end of another, all within the segment.
 * @param decode tokens to text.
 */
export function wordsOf(
  { start, end, tokens, times, probabilities }: HeardTokens,
  language: string,
  decode: (tokens: readonly number[]) => string,
): Word[] {
  const inside = (time: number) => Math.min(Math.max(time, start), end);
  let first = 0;
  const words = splitToWords(tokens, language, decode).map(({ text, tokens: count }): Word => {
    const next = first + count;
    const sum = probabilities.slice(first, next).reduce((a, b) => a + b, 0);
    const word = { start: inside(times[first]!), end: inside(times[next]!), text, probability: sum / count };
    first = next;
    return word;
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
