import { LonghandError } from '../../workflows/errors.ts';
import { GONE } from './failure.ts';
import type { Store } from './store.ts';

/** A value that is JSON. Throws LH_STORE_MISSING where there is none, and what the store throws. */
export async function readJson<T>(key: string, store: Store): Promise<T> {
  const bytes = await store.get(key);
  if (!bytes)
    throw new LonghandError('LH_STORE_MISSING', `Expected ${key} in the store, found nothing: ${GONE}`);
  return JSON.parse(bytes.toString('utf8')) as T;
}
