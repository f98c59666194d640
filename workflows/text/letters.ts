/** Inside a character class: letters of the scripts that are set without spaces in Chinese and Japanese. */
export const WIDE = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\u30FC\uFF70`;

const WIDE_LETTER = new RegExp(`^[${WIDE}]$`, 'u');
const NARROW_LETTER = new RegExp(`^(?![${WIDE}])[\\p{L}\\p{M}]$`, 'u');
const ANY_WIDE = new RegExp(`[${WIDE}]`, 'u');
const ANY_NARROW = new RegExp(`(?![${WIDE}])\\p{L}`, 'u');

/** Whisper's codes of the languages that are written with full-width marks and without spaces. */
const WIDE_LANGUAGES: ReadonlySet<string> = new Set(['zh', 'yue', 'ja']);

export const isWideLanguage = (language: string): boolean => WIDE_LANGUAGES.has(language);

/** Whether it is one letter of Chinese or Japanese. */
export const isWide = (character: string): boolean => WIDE_LETTER.test(character);

/** Whether it is one letter of another script; Hangul is one, since Korean has spaces. */
export const isNarrow = (character: string): boolean => NARROW_LETTER.test(character);

export const isDigit = (character: string): boolean => character >= '0' && character <= '9';

export const hasWide = (text: string): boolean => ANY_WIDE.test(text);

export const hasNarrow = (text: string): boolean => ANY_NARROW.test(text);

/** The character that begins at `index`; empty at the end. */
export function characterAt(text: string, index: number): string {
  const code = text.codePointAt(index);
  return code === undefined ? '' : String.fromCodePoint(code);
}

/** The character that ends at `index`; empty at the start. */
export function characterBefore(text: string, index: number): string {
  const pair = index > 1 ? text.codePointAt(index - 2)! : 0;
  return pair > 0xffff ? String.fromCodePoint(pair) : text.slice(Math.max(0, index - 1), index);
}
