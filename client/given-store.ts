import { openStore } from '../activities/store/open.ts';
import type { Store } from '../activities/store/store.ts';
import { LonghandError } from '../workflows/errors.ts';

/** Whether workers on another disk can reach the store at a URL. */
export const isShared = (url: string): boolean => /^s3:/i.test(url);

/** The store a client was given, opened when it is first needed. */
export class GivenStore {
  readonly url: string | null;
  #opening: Promise<Store> | null = null;

  constructor(url: string | null) {
    this.url = url;
  }

  /** Throws LH_STORE_NOT_GIVEN, or what `openStore` throws. */
  open(): Promise<Store> {
    if (this.url === null) {
      const message = 'Expected `store` to be given, since what was asked for lies there, got none';
      return Promise.reject(new LonghandError('LH_STORE_NOT_GIVEN', message));
    }
    // What could not be opened once is tried again by the next who asks.
    this.#opening ??= openStore(this.url).catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }
}
