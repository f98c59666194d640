import { setTimeout } from 'node:timers/promises';

/** Looks at something over and over, so that what is looked at can wait until it was seen as it is. */
export class Looks<T> {
  /** What was seen, in order. */
  readonly seen: T[] = [];

  /** Looks until `work` is done, and once more; gives what `work` gives. */
  async during<R>(work: Promise<R>, look: () => Promise<T>): Promise<R> {
    let isOver = false;
    const over = work.finally(() => (isOver = true));
    over.catch(() => undefined);
    while (!isOver) {
      this.seen.push(await look());
      await setTimeout(10);
    }
    this.seen.push(await look());
    return over;
  }

  /** Waits for a look that begins from now on, and ends. */
  async next(): Promise<void> {
    // One may have begun before.
    for (const wanted = this.seen.length + 2; this.seen.length < wanted;) await setTimeout(10);
  }
}
