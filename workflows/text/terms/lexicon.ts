/** A spelling found in a text, and what it stands for. */
export interface Found<T> {
  readonly end: number;
  readonly value: T;
}

/** Spellings to be found in a text, each with what it stands for: a trie in the form of a sorted list. */
export class Lexicon<T> {
  readonly #spellings: readonly string[];
  readonly #values: readonly T[];

  constructor(entries: ReadonlyMap<string, T>) {
    // As strings compare: by UTF-16 units.
    this.#spellings = [...entries.keys()].sort();
    this.#values = this.#spellings.map((spelling) => entries.get(spelling)!);
  }

  get size(): number {
    return this.#spellings.length;
  }

  /** The longest spelling that stands at `from` and that `fits`; null where there is none. */
  longest(text: string, from: number, fits: (end: number, value: T) => boolean): Found<T> | null {
    let found: Found<T> | null = null;
    let low = 0;
    let high = this.#spellings.length;
    for (let end = from; low < high; end += 1) {
      // Of those that begin alike the shortest comes first.
      if (end > from && this.#spellings[low]!.length === end - from) {
        const value = this.#values[low]!;
        if (fits(end, value)) found = { end, value };
        low += 1;
      }
      if (end === text.length) break;
      const unit = text.charCodeAt(end);
      low = this.#firstFrom(unit, end - from, low, high);
      high = this.#firstFrom(unit + 1, end - from, low, high);
    }
    return found;
  }

  /** The first of `[low, high)`, which are alike before `depth`, whose unit there is `unit` or one behind it. */
  #firstFrom(unit: number, depth: number, low: number, high: number): number {
    let first = low;
    let last = high;
    while (first < last) {
      const middle = (first + last) >> 1;
      if (this.#spellings[middle]!.charCodeAt(depth) < unit) first = middle + 1;
      else last = middle;
    }
    return first;
  }
}
