/** A term of the customer's list. */
export interface Term {
  /** How it is written: 1 to 100 characters in NFC, with a letter or a digit. */
  readonly write: string;
  /** How else a recogniser spells it, each 1 to 100 characters; `write` itself need not be among them. */
  readonly heard: readonly string[];
}

export const MOST_TERMS = 5000;
/** Of the spellings of all terms together, in UTF-8: 100 KB. */
export const MOST_BYTES = 100 * 1024;
const LONGEST = 100;

/** What no recogniser writes, and what the step that cleans Unicode takes out of every text. */
const UNFIT = /[\p{Cc}\p{Cs}\uFFFD\u200B\u2060\uFEFF]/u;
const SAYS_SOMETHING = /[\p{L}\p{N}]/u;

/** What a spelling has to be, for a message; null where `spelling` is that. */
export function misfit(spelling: string): string | null {
  const length = [...spelling].length;
  const isFit = length <= LONGEST && !UNFIT.test(spelling) && SAYS_SOMETHING.test(spelling);
  return isFit
    ? null
    : `1 to ${LONGEST} characters without control characters, a letter or a digit among them`;
}

/** A spelling as texts have it. */
export const tidy = (spelling: string): string => spelling.trim().normalize('NFC');

export const spellingsOf = ({ write, heard }: Term): string[] => [write, ...heard];

/** Bytes of UTF-8 of the spellings of all `terms`. */
export function bytesOf(terms: readonly Term[]): number {
  const encoder = new TextEncoder();
  return terms.flatMap(spellingsOf).reduce((sum, spelling) => sum + encoder.encode(spelling).length, 0);
}
