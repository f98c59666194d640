/** What a value of each kind is taken for, once it is of it. */
interface Kinds {
  readonly 'a string': string;
  readonly 'an array of strings': readonly string[];
  readonly 'an array': readonly unknown[];
  readonly 'true or false': boolean;
  readonly 'an object': Readonly<Record<string, unknown>>;
}
export type Kind = keyof Kinds;

const FITS: { readonly [K in Kind]: (value: unknown) => boolean } = {
  'a string': (value) => typeof value === 'string',
  'an array of strings': (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  'an array': Array.isArray,
  'true or false': (value) => typeof value === 'boolean',
  'an object': (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** The fields of an object, and of which kind each is. */
export type Shape = Readonly<Record<string, Kind>>;

/** An object of a shape, of which any field may be left out. */
export type Shaped<S extends Shape> = { readonly [N in keyof S]?: Kinds[S[N]] | undefined };

/** A field that is not as the shape has it; `expected` is null where that has none of the name. */
interface Misfit {
  readonly name: string;
  readonly value: unknown;
  readonly expected: Kind | null;
}

export const isOf = <K extends Kind>(kind: K, value: unknown): value is Kinds[K] => FITS[kind](value);

/** The first field of data from another program that does not fit; null where all do. */
export function misfitOf(fields: Readonly<Record<string, unknown>>, shape: Shape): Misfit | null {
  for (const [name, value] of Object.entries(fields)) {
    const expected = (Object.hasOwn(shape, name) && shape[name]) || null;
    if (expected === null || !isOf(expected, value)) return { name, value, expected };
  }
  return null;
}
