/** The seeds that `1,4-6` names. */
export function seedsOf(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first = NaN, last = first] = part.split('-').map(Number);
    if (!Number.isInteger(first) || !Number.isInteger(last) || last < first) {
      throw new Error(
        `Expected SEEDS to be numbers and ranges of them, as 1,4-6, got ${JSON.stringify(text)}`,
      );
    }
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
