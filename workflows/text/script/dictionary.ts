interface Entries {
  readonly values: ReadonlyMap<string, string>;
  /** Of the keys, in UTF-16 units: each once, the longest first. */
  readonly lengths: readonly number[];
}

/** What a dictionary has for a place in a text. */
export interface Found {
  readonly key: string;
  readonly value: string;
}

/**
 * Dictionaries of OpenCC as one: `key value|key value|…`, in order of the first characters' code points. Entries are
 * read when a text first has their first character, since nothing outlives a workflow's run: all of them would cost
 * each run 200 ms and 40 MB.
 */
export class Dictionary {
  readonly #sources: readonly string[];
  readonly #read = new Map<number, Entries>();

  /** Where two have a key, the earlier one decides. */
  constructor(sources: readonly string[]) {
    this.#sources = sources;
  }

  /** The longest key that stands at `start`; null where none does. */
  longestAt(text: string, start: number): Found | null {
    const { values, lengths } = this.#entries(text.codePointAt(start)!);
    for (const length of lengths) {
      const key = text.slice(start, start + length);
      const value = values.get(key);
      if (value !== undefined) return { key, value };
    }
    return null;
  }

  /** The value of a key; undefined where it has none. */
  get(key: string): string | undefined {
    return this.#entries(key.codePointAt(0)!).values.get(key);
  }

  #entries(first: number): Entries {
    let entries = this.#read.get(first);
    if (entries === undefined) {
      const values = new Map(this.#sources.toReversed().flatMap((source) => entriesOf(source, first)));
      const lengths = [...new Set([...values.keys()].map((key) => key.length))].sort((a, b) => b - a);
      entries = { values, lengths };
      this.#read.set(first, entries);
    }
    return entries;
  }
}

/** All entries of a source. */
export const allEntries = (source: string): [key: string, value: string][] =>
  source === '' ? [] : source.split('|').map((entry) => entry.split(' ') as [string, string]);

const entriesOf = (source: string, first: number): [string, string][] =>
  allEntries(source.slice(placeOf(source, first), Math.max(0, placeOf(source, first + 1) - 1)));

/** Where the first entry stands whose key begins with the code point or a later one; one past the end for none. */
function placeOf(source: string, first: number): number {
  let low = 0;
  let high = source.length + 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = middle === 0 ? 0 : source.lastIndexOf('|', middle - 1) + 1;
    if ((source.codePointAt(entry) ?? Infinity) >= first) {
      high = entry;
    } else {
      const next = source.indexOf('|', middle);
      low = next < 0 ? source.length + 1 : next + 1;
    }
  }
  return low;
}
