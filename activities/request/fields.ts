import { LonghandError } from '../../workflows/errors.ts';

const KINDS = {
  'a text': (value: unknown) => typeof value === 'string',
  'a list of texts': (value: unknown) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string'),
  'a list': Array.isArray,
  'true or false': (value: unknown) => typeof value === 'boolean',
  'an object': (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value),
} as const satisfies Record<string, (value: unknown) => boolean>;

/** The fields of an object, and of which kind each is. */
export type Shape = Readonly<Record<string, keyof typeof KINDS>>;

/** Characters that a message shows of a value. */
const SHOWN = 80;

/**
 * The fields of data from another program, without those that are null. `place` names it in messages. Throws
 * LH_OPTION_INVALID where it is no object, or a field is unknown or of another kind.
 */
export function checkFields(given: unknown, place: string, shape: Shape): Record<string, unknown> {
  if (!KINDS['an object'](given)) throw invalid(place, 'an object', given);
  const fields = Object.entries(given as object).filter(([, value]) => value !== null);
  for (const [name, value] of fields) {
    const kind = Object.hasOwn(shape, name) ? shape[name] : undefined;
    const field = place === 'request' ? name : `${place}.${name}`;
    if (kind === undefined) throw invalid(place, `of the fields ${Object.keys(shape).join(', ')}`, name);
    if (!KINDS[kind](value)) throw invalid(field, kind, value);
  }
  return Object.fromEntries(fields);
}

function invalid(field: string, expected: string, got: unknown): LonghandError {
  const shown = (JSON.stringify(got) ?? 'nothing').slice(0, SHOWN);
  return new LonghandError('LH_OPTION_INVALID', `Expected \`${field}\` to be ${expected}, got \`${shown}\``);
}
