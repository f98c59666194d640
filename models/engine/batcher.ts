import { sameModel, type Window } from './protocol.ts';

export interface QueuedWindow {
  readonly id: number;
  readonly window: Window;
}

/** The windows an engine has been given and not begun, in order of arrival. */
export class Batcher {
  #queue: QueuedWindow[] = [];

  add(item: QueuedWindow): void {
    this.#queue.push(item);
  }

  /** Forgets a window not begun yet. */
  cancel(id: number): void {
    this.#queue = this.#queue.filter((item) => item.id !== id);
  }

  /** The oldest window; undefined when none waits. */
  takeFirst(): QueuedWindow | undefined {
    return this.#queue.shift();
  }

  /** The oldest window that runs on the same model as `item`. */
  takeMate(item: QueuedWindow): QueuedWindow | undefined {
    const index = this.#queue.findIndex(({ window }) => sameModel(window.model, item.window.model));
    return index < 0 ? undefined : this.#queue.splice(index, 1)[0];
  }
}
