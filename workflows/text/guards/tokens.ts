/** A word, or a character where words are not written apart: what a loop consists of. */
export interface Token {
  /** To compare: without case. */
  readonly key: string;
  /** Its place in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

const APART = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]`;
const TOKEN = new RegExp(String.raw`${APART}|(?:(?!${APART})[\p{L}\p{M}\p{N}])+`, 'gu');

export const tokensOf = (text: string): Token[] =>
  Array.from(text.matchAll(TOKEN), ({ 0: token, index }) => ({
    key: token.toLowerCase(),
    start: index,
    end: index + token.length,
  }));
