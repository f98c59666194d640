/** One value of Prometheus's text format. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A cumulative bucket: how many values were at most `bound`, which is infinite in the last. */
export interface Bucket {
  readonly bound: number;
  readonly count: number;
}

/** Labels, and the values that they have. */
export type Wanted = Readonly<Record<string, string>>;

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** What endpoints have counted, in Prometheus's text format of version 0.0.4: that of several is put together. */
export class Exposition {
  readonly #samples: readonly Sample[];

  constructor(text: string) {
    this.#samples = text.split('\n').flatMap((line) => {
      const [, name, labels = '', value] = LINE.exec(line) ?? [];
      if (name === undefined || value === undefined) return [];
      return [{ name, labels: labelsOf(labels), value: numberOf(value) }];
    });
  }

  /** The sum of a name's values over all labels but those wanted; 0 where there is none. */
  sum(name: string, wanted: Wanted = {}): number {
    return this.#of(name, wanted).reduce((sum, { value }) => sum + value, 0);
  }

  /** The sums of a name's values by a label. */
  sumsBy(name: string, label: string): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { labels, value } of this.#of(name, {})) {
      const key = labels[label] ?? '';
      sums[key] = (sums[key] ?? 0) + value;
    }
    return sums;
  }

  /** Values of a label that a name has. */
  labelled(name: string, label: string): string[] {
    return Object.keys(this.sumsBy(name, label));
  }

  /** A histogram's buckets, those of all labels but the wanted ones together, in rising order. */
  buckets(name: string, wanted: Wanted = {}): Bucket[] {
    const counts = new Map<number, number>();
    for (const { labels, value } of this.#of(`${name}_bucket`, wanted)) {
      const bound = numberOf(labels.le ?? '');
      counts.set(bound, (counts.get(bound) ?? 0) + value);
    }
    return [...counts].map(([bound, count]) => ({ bound, count })).sort((a, b) => a.bound - b.bound);
  }

  #of(name: string, wanted: Wanted): Sample[] {
    const isWanted = ({ labels }: Sample): boolean =>
      Object.entries(wanted).every(([label, value]) => labels[label] === value);
    return this.#samples.filter((sample) => sample.name === name && isWanted(sample));
  }
}

const ESCAPED: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' };

const labelsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name = '', value = '']) => [
      name,
      value.replace(/\\./g, (escaped) => ESCAPED[escaped] ?? escaped),
    ]),
  );

const numberOf = (text: string): number => (text === '+Inf' ? Infinity : Number(text));
