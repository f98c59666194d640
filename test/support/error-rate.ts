/** Word and character error rates, counted as in the audio's manifest. */

/** Languages written without spaces between words, whose units are characters. */
const UNSPACED: readonly string[] = ['zh'];

/** A unit of a reference, in each spelling that counts as right. */
type Unit = readonly string[];

/**
 * The units of a text: lower-case words, or characters where a language has no spaces. Apostrophes are left out,
 * other punctuation parts words; digits stay digits.
 */
export function unitsOf(text: string, language: string): string[] {
  const joined = text.normalize('NFKC').toLowerCase().replaceAll(/['’]/g, '');
  const words = joined.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== '');
  return UNSPACED.includes(language) ? [...words.join('')] : words;
}

/** A reference text; `variant` is the same text in another script, unit by unit, which counts as right too. */
export interface Reference {
  readonly text: string;
  readonly variant?: string | undefined;
  readonly language: string;
}

export interface Errors {
  /** Units put in, left out or exchanged. */
  readonly errors: number;
  /** Units of the reference. */
  readonly units: number;
}

/** The least number of errors that make `hypothesis` of the reference. Throws where a variant has other units. */
export function countErrors(hypothesis: string, { text, variant, language }: Reference): Errors {
  const plain = unitsOf(text, language);
  const other = variant === undefined ? plain : unitsOf(variant, language);
  if (other.length !== plain.length) {
    throw new Error(`Expected a variant of ${plain.length} units, got ${other.length}: ${variant}`);
  }
  const reference = plain.map((unit, index): Unit => [unit, other[index] ?? unit]);
  return { errors: distance(reference, unitsOf(hypothesis, language)), units: plain.length };
}

/** Levenshtein's distance, one row of the table at a time. */
function distance(reference: readonly Unit[], hypothesis: readonly string[]): number {
  let above = Array.from({ length: hypothesis.length + 1 }, (_, column) => column);
  for (const unit of reference) {
    const row = [(above[0] ?? 0) + 1];
    hypothesis.forEach((heard, column) => {
      const exchanged = (above[column] ?? 0) + (unit.includes(heard) ? 0 : 1);
      row.push(Math.min(exchanged, (above[column + 1] ?? 0) + 1, (row[column] ?? 0) + 1));
    });
    above = row;
  }
  return above.at(-1) ?? 0;
}
