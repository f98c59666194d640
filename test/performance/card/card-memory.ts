import { usedMemoryOf } from '../../../models/whisper/device.ts';

const EVERY_MS = 300;

/** The most of a card's memory that was taken beyond what was taken before, as its driver counts. */
export class CardMemory implements AsyncDisposable {
  readonly #card: number;
  readonly #before: number;
  readonly #watching: Promise<void>;
  #most: number;
  #ended = false;

  private constructor(card: number, before: number) {
    this.#card = card;
    this.#before = before;
    this.#most = before;
    this.#watching = this.#watch();
  }

  /** `card`: its number. */
  static async watch(card: number): Promise<CardMemory> {
    return new CardMemory(card, await usedMemoryOf(card));
  }

  /** Bytes. */
  get peak(): number {
    return this.#most - this.#before;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (!this.#ended) {
      this.#most = Math.max(this.#most, await usedMemoryOf(this.#card));
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }
}
