/** A word of a text, or a figure of it with its points and commas. */
export interface Token {
  /** In lower case. */
  readonly word: string;
  /** Where it stands, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** What stands between it and the next: spaces, one hyphen, or anything else. */
  readonly gap: 'space' | 'hyphen' | 'break';
  /** `Twenty`, not `TWENTY`. */
  readonly capital: boolean;
  /** Whether a sentence, a quotation or the text begins with it. */
  readonly opens: boolean;
  /** Whether a mark as in addresses, paths and amounts touches it: `ten@example.com`, `$5`. */
  readonly bound: boolean;
}

// A point or an apostrophe between letters joins them: `one.com`, `two's` and `p.m` hold no number.
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’.,:][\p{L}\p{M}\p{N}]+)*/gu;
const BINDING = /[@/\\_#&+=~*^$€£¥%|<>]/;
const OPENING = /[.?!…:"“\n]/;
const SPACES = /^[ \u00A0]+$/;
const HYPHEN = /^[-\u2010\u2011]$/;

export function tokenise(text: string): Token[] {
  const found = [...text.matchAll(WORD)];
  return found.map(({ 0: word, index: start }, number) => {
    const end = start + word.length;
    const last = found[number - 1];
    const before = text.slice(last ? last.index + last[0].length : 0, start);
    const after = text.slice(end, found[number + 1]?.index);
    return {
      word: word.toLowerCase().replace('’', "'"),
      start,
      end,
      gap: SPACES.test(after) ? 'space' : HYPHEN.test(after) ? 'hyphen' : 'break',
      capital: /^\p{Lu}\p{Ll}/u.test(word),
      opens: last === undefined || OPENING.test(before),
      bound: BINDING.test(before.slice(-1)) || BINDING.test(after.slice(0, 1)),
    };
  });
}

/** The word before or after a place where only a space parts them; an empty string where none is. */
export const wordBefore = (tokens: readonly Token[], at: number): string =>
  tokens[at - 1]?.gap === 'space' ? tokens[at - 1]!.word : '';
export const wordAfter = (tokens: readonly Token[], at: number): string =>
  tokens[at]?.gap === 'space' ? (tokens[at + 1]?.word ?? '') : '';
