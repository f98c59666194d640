import { LonghandError } from '../../workflows/errors.ts';

/** What a workflow ID and a store key can both hold. */
const KEY = /^[a-z0-9][a-z0-9._-]{0,119}$/;

/** Whether a caller's own key can be a workflow ID. */
export const isKey = (key: string): boolean => KEY.test(key) && !key.includes('..');

/** The caller's own key as a workflow ID; `place` names it in the message. Throws LH_OPTION_INVALID. */
export function checkKey(key: string, place = '`key`'): string {
  if (isKey(key)) return key;
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected ${place} to be 1 to 120 lower-case letters, digits, dots (no two together), underscores and hyphens, ` +
      `with a letter or digit first, got \`${key}\``,
  );
}
