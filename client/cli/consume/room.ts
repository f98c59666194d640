import { setTimeout } from 'node:timers/promises';
import type { Consumer } from 'rabbitmq-client';

/** Milliseconds between two looks at what runs. A server's lists lag behind its workflows by less, as a rule. */
const INTERVAL = 1000;

interface RoomOptions {
  /** Transcriptions that may run before no more messages are fetched. */
  readonly most: number;
  /** How many run. */
  readonly count: () => Promise<number>;
  /** No more are fetched for now. */
  readonly onFull: () => void;
}

/** Lets a consumer fetch messages only while there is room for what they start. */
export class Room {
  readonly #options: RoomOptions;
  #left = 0;
  #full: () => void = () => undefined;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  /** A transcription was started. */
  taken(): void {
    this.#left -= 1;
    if (this.#left <= 0) this.#full();
  }

  /** Starts the consumer whenever there is room, and stops it when that is taken. Rejects with the signal's reason. */
  async guard(consumer: Pick<Consumer, 'start' | 'close'>, signal: AbortSignal): Promise<never> {
    const { most, count, onFull } = this.#options;
    signal.addEventListener('abort', () => this.#full(), { once: true });
    for (; ; await setTimeout(INTERVAL, null, { signal })) {
      // Where the server is away nobody knows, and nothing can be started.
      this.#left = most - (await count().catch(() => most));
      if (this.#left <= 0) continue;
      const full = new Promise<void>((resolve) => (this.#full = resolve));
      signal.throwIfAborted();
      consumer.start();
      await full;
      signal.throwIfAborted();
      onFull();
      await closeConsumer(consumer);
    }
  }
}

/** Times that a consumer is told to close: its cancelling may fail, then its channel's closing. */
const CLOSES = 3;

/**
 * Closes a consumer for certain. Where the connection is lost in that moment its first call fails, and it could not be
 * started again before another.
 */
export async function closeConsumer(consumer: Pick<Consumer, 'close'>): Promise<void> {
  for (let left = CLOSES; ; left--) {
    try {
      return await consumer.close();
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}
