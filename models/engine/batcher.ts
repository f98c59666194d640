import { sameModel, type Window } from './protocol.ts';

export interface QueuedWindow {
  readonly id: number;
  readonly window: Window;
}

/**
 * Whether two windows can be rows of one run: on the same model, behind the same prompt, for a run has no padding, and
 * none of them alone.
 */
export function runTogether(a: Window, b: Window): boolean {
  const isPromptSame = a.decode.prompt === b.decode.prompt && a.decode.hotwords === b.decode.hotwords;
  return sameModel(a.model, b.model) && isPromptSame && !a.isAlone && !b.isAlone;
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

  /** The oldest window that can run together with `item`. */
  takeMate(item: QueuedWindow): QueuedWindow | undefined {
    const index = this.#queue.findIndex(({ window }) => runTogether(window, item.window));
    return index < 0 ? undefined : this.#queue.splice(index, 1)[0];
  }
}
