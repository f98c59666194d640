import { LonghandError } from '../errors.ts';

/** The options of a step as somebody gave them, read one by one. */
export class Given {
  readonly #data: Readonly<Record<string, unknown>>;
  readonly #place: string;
  readonly #unread: Set<string>;

  /** `place` names them in messages: `text[2]`. Throws LH_PIPELINE_INVALID where they are no object. */
  constructor(data: unknown, place: string) {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      throw invalid(place, 'an object', data);
    }
    this.#data = data as Readonly<Record<string, unknown>>;
    this.#place = place;
    this.#unread = new Set(Object.keys(data));
  }

  /** Any value; undefined where it was left out. */
  value(name: string): unknown {
    this.#unread.delete(name);
    return this.#data[name];
  }

  /** `otherwise`: what is taken where it was left out; null where it may not be. */
  oneOf<T extends string>(name: string, known: readonly T[], otherwise: NoInfer<T> | null): T {
    const given = this.value(name);
    const value = given ?? otherwise;
    const found = known.find((one) => one === value);
    if (found === undefined) throw this.invalid(name, `one of ${known.join(', ')}`, given);
    return found;
  }

  boolean(name: string, otherwise: boolean): boolean {
    const value = this.value(name) ?? otherwise;
    if (typeof value !== 'boolean') throw this.invalid(name, 'true or false', value);
    return value;
  }

  /** Throws where something was given that nobody has read. */
  end(): void {
    for (const name of this.#unread) throw this.invalid(name, 'nothing of that name', this.#data[name]);
  }

  invalid(name: string, expected: string, got: unknown): LonghandError {
    return invalid(`${this.#place}.${name}`, expected, got);
  }
}

/** What is said of data that is not what it should be. */
export function invalid(place: string, expected: string, got: unknown): LonghandError {
  const shown = JSON.stringify(got) ?? 'nothing';
  return new LonghandError(
    'LH_PIPELINE_INVALID',
    `Expected \`${place}\` to be ${expected}, got ${shown.length > 80 ? `${shown.slice(0, 79)}…` : shown}`,
  );
}
