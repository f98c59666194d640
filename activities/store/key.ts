import { LonghandError } from '../../workflows/errors.ts';

const KEY = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;

/** What the keys of all that Longhand keeps begin with, up to the first slash. */
export const FOLDERS: readonly string[] = [
  'recordings',
  'sources',
  'chunks',
  'plans',
  'jobs',
  'users',
  'derived',
];

/** Whether a store may use `key`. */
export const isKey = (key: string): boolean => KEY.test(key) && !key.includes('..');

/** Gives `key` where a store may use it; throws LH_INTERNAL where not. */
export function checkKey(key: string): string {
  if (isKey(key)) return key;
  const message = `Expected a store key of lower-case segments joined by slashes, got ${JSON.stringify(key)}.`;
  throw new LonghandError('LH_INTERNAL', message, { details: { key } });
}
