/** Word and character error rates, counted as in the audio's manifest. */

/** Languages written without spaces between words, whose units are characters. */
const UNSPACED: readonly string[] = ['zh'];

/** A unit of a reference, in both spellings that count as right. */
type Unit = readonly [plain: string, variant: string];

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

/** Levenshtein's distance, one row of the table at a time; units as numbers, since a row of an hour is long. */
function distance(reference: readonly Unit[], hypothesis: readonly string[]): number {
  const numbers = new Map<string, number>();
  const numberOf = (unit: string): number => {
    const known = numbers.get(unit) ?? numbers.size;
    numbers.set(unit, known);
    return known;
  };
  const heard = Int32Array.from(hypothesis, numberOf);
  let above = Int32Array.from({ length: heard.length + 1 }, (_, column) => column);
  let row = new Int32Array(above.length);
  for (const [index, unit] of reference.entries()) {
    const [right, variant] = unit.map(numberOf);
    row[0] = index + 1;
    for (let column = 0; column < heard.length; column++) {
      const isRight = heard[column] === right || heard[column] === variant;
      const exchanged = above[column]! + (isRight ? 0 : 1);
      row[column + 1] = Math.min(exchanged, above[column + 1]! + 1, row[column]! + 1);
    }
    [above, row] = [row, above];
  }
  return above.at(-1) ?? 0;
}
