import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { LonghandError } from '../workflows/errors.ts';
import { DEADLINE } from './connection.ts';
import { isBlip, isPassing, toLonghandError } from './failure.ts';

/** Milliseconds between two attempts to reach a server that is away. */
const PAUSE = 500;

/** The calls of one client: errors get their codes, and none is under way when the connection closes. */
export class Calls {
  readonly #client: Client;
  readonly #closing = new AbortController();
  readonly #open = new Set<Promise<unknown>>();

  constructor(client: Client) {
    this.#client = client;
    setMaxListeners(0, this.#closing.signal);
  }

  /** Fires when the client closes. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /** Does something that ends by itself. Rejects with a coded error. */
  async once<T>(act: () => Promise<T>): Promise<T> {
    try {
      this.closed.throwIfAborted();
      return await this.#track(act());
    } catch (error) {
      throw this.#codedUnless(undefined, error);
    }
  }

  /** As `once`, with something that may be done again, which it is while the server is away for a moment. */
  run<T>(act: () => Promise<T>): Promise<T> {
    return this.once(() => overBlips(act, this.closed));
  }

  /**
   * Waits for something at the server for as long as it takes, over restarts of the server. Rejects with a coded
   * error, or with the reason of `signal` when it fires.
   */
  async wait<T>(act: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    // Of the wait's own: the SDK adds a listener a call and takes none away.
    const over = new AbortController();
    setMaxListeners(0, over.signal);
    const ends = [this.closed, ...(signal ? [signal] : [])];
    const end = () => over.abort();
    try {
      for (const one of ends) {
        one.throwIfAborted();
        one.addEventListener('abort', end, { once: true });
      }
      return await this.#track(
        overRestarts(() => this.#client.withAbortSignal(over.signal, act), over.signal),
      );
    } catch (error) {
      throw this.#codedUnless(signal, error);
    } finally {
      for (const one of ends) one.removeEventListener('abort', end);
    }
  }

  /** Whether what is waited for has ended, well or not, within so many milliseconds. */
  async outlast(act: () => Promise<unknown>, milliseconds: number): Promise<boolean> {
    const late = AbortSignal.timeout(milliseconds);
    await this.wait(act, late).catch(() => this.closed.throwIfAborted());
    return !late.aborted;
  }

  /** Ends every wait, lets every other call come to its end, and closes the connection. */
  async close(): Promise<void> {
    if (this.closed.aborted) return;
    this.#closing.abort(new LonghandError('LH_SERVER_UNREACHABLE', 'This client was closed'));
    await Promise.allSettled(this.#open);
    await this.#client.connection.close();
  }

  async #track<T>(call: Promise<T>): Promise<T> {
    this.#open.add(call);
    try {
      return await call;
    } finally {
      this.#open.delete(call);
    }
  }

  #codedUnless(signal: AbortSignal | undefined, error: unknown): unknown {
    if (signal?.aborted) return signal.reason;
    return this.closed.aborted ? this.closed.reason : toLonghandError(error);
  }
}

/** Does `act` again while the server refuses calls, within the time that one call has. */
async function overBlips<T>(act: () => Promise<T>, closed: AbortSignal): Promise<T> {
  const deadline = performance.now() + DEADLINE;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (closed.aborted || performance.now() > deadline || !isBlip(error)) throw error;
      await setTimeout(PAUSE);
    }
  }
}

/** Does `act` again while the server is away, until `over`. */
async function overRestarts<T>(act: () => Promise<T>, over: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (over.aborted || !isPassing(error)) throw error;
      await setTimeout(PAUSE, null, { signal: over });
    }
  }
}
