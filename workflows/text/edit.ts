import type { PackedWord } from '../contract.ts';

/** A change of a text: `text` takes the place of what stands in `[start, end)`, in UTF-16 units. */
export interface Edit {
  readonly start: number;
  /** `start` where something is put in. */
  readonly end: number;
  /** Empty where something is taken out. */
  readonly text: string;
  /** Which rule of the step made it: kebab-case, for people who ask why. */
  readonly rule: string;
}

/** A text and, where they were asked for, its words in order: their lengths add up to that of the text. */
export interface WordedText {
  readonly text: string;
  readonly words?: readonly PackedWord[];
}

/**
 * A text after edits, which are in order and do not overlap, and its words with it. What is put in belongs to the word
 * before it. A text that another of the same length takes the place of keeps its words apart, character by character;
 * where the length changes, the words it touches become one, from the start of the first to the end of the last. A word
 * of which nothing is left is gone.
 */
export function applyEdits({ text, words }: WordedText, edits: readonly Edit[]): WordedText {
  let edited = '';
  let kept = 0;
  for (const edit of edits) {
    edited += text.slice(kept, edit.start) + edit.text;
    kept = edit.end;
  }
  edited += text.slice(kept);
  return { text: edited, ...(words && { words: editWords(words, edits) }) };
}

function editWords(words: readonly PackedWord[], edits: readonly Edit[]): PackedWord[] {
  const edited = [...words];
  // From the last to the first, so that the positions of those to come stay true.
  for (const { start, end, text } of words.length > 0 ? edits.toReversed() : []) {
    if (text.length === end - start) continue;
    const [first, last] = touched(edited, start, end);
    const group = edited.slice(first.index, last.index + 1);
    const replaced =
      text === ''
        ? shrink(group, start - first.from, end - first.from)
        : [join(group, text.length - (end - start))];
    edited.splice(first.index, group.length, ...replaced);
  }
  return edited.filter(([, , length]) => length > 0);
}

interface Place {
  readonly index: number;
  /** Where the word begins in the text. */
  readonly from: number;
}

/** The first and the last word that `[start, end)` touches; of an insertion, the one before it. */
function touched(words: readonly PackedWord[], start: number, end: number): [Place, Place] {
  const low = start === end ? Math.max(0, start - 1) : start;
  const high = Math.max(end, low + 1);
  let from = 0;
  let first: Place | null = null;
  let last: Place = { index: 0, from: 0 };
  for (const [index, [, , length]] of words.entries()) {
    if (from < high && from + length > low) {
      last = { index, from };
      first ??= last;
    }
    from += length;
  }
  return [first ?? last, last];
}

/** Words without what stands in `[start, end)` of their joined text. */
function shrink(words: readonly PackedWord[], start: number, end: number): PackedWord[] {
  let from = 0;
  return words.map(([wordStart, wordEnd, length, hundredths]) => {
    const gone = Math.max(0, Math.min(end, from + length) - Math.max(start, from));
    from += length;
    return [wordStart, wordEnd, length - gone, hundredths];
  });
}

/** Words as one, longer by `growth`; its probability is the mean of theirs by length. */
function join(words: readonly PackedWord[], growth: number): PackedWord {
  const length = words.reduce((sum, word) => sum + word[2], 0);
  const weight = words.reduce((sum, word) => sum + word[2] * word[3], 0);
  return [words[0]![0], words.at(-1)![1], length + growth, Math.round(weight / Math.max(1, length))];
}
