import { mapInOrder } from '../../../workflows/map-in-order.ts';

/** How the work on one file ended. */
export type Outcome<R> = { readonly value: R } | { readonly error: unknown };

export interface Work<F, R> {
  readonly atOnce: number;
  /** Begins no more work; what was under way may end, and what it ends with does not count. */
  readonly stop: AbortSignal;
  /** Tells nothing more: another run may have taken up the files. */
  readonly over: AbortSignal;
  /** Does one file. */
  readonly work: (file: F) => Promise<R>;
  /** Hears of an end at once. */
  readonly onEnd: (file: F, outcome: Outcome<R>) => void;
  /** Tells of one file, when it and all before it have ended; one at a time. */
  readonly tell: (file: F, outcome: Outcome<R>) => Promise<void>;
  /** Whether an error is no file's own but ends the whole run, and leaves the file to the next. */
  readonly concernsAll: (error: unknown) => boolean;
}

/**
 * Files that are worked on some at a time and told of in their order. A run that ends early is taken up by another
 * one: nothing is told twice, and what has ended is not done again.
 */
export class Batch<F, R> {
  readonly #files: readonly F[];
  readonly #outcomes = new Map<F, Outcome<R>>();
  readonly #told = new Set<F>();

  constructor(files: readonly F[]) {
    this.#files = files;
  }

  get outcomes(): ReadonlyMap<F, Outcome<R>> {
    return this.#outcomes;
  }

  /** Marks a file as ended before any work. */
  settle(file: F, outcome: Outcome<R>): void {
    this.#outcomes.set(file, outcome);
  }

  /** Whether any file is left to do. */
  get hasWork(): boolean {
    return this.#outcomes.size < this.#files.length;
  }

  /**
   * Resolves when every file has ended and was told of, or the work was stopped. Rejects with the first error that
   * concerns all, or that telling met.
   */
  async run(how: Work<F, R>): Promise<void> {
    let telling = Promise.resolve();
    await mapInOrder(this.#files, how.atOnce, async (file) => {
      const ended = this.#outcomeOf(file, how);
      telling = telling.then(async () => this.#tell(file, await ended.catch(() => null), how));
      // Whoever waits for the telling hears of it below.
      telling.catch(() => undefined);
      await ended;
    });
    await telling;
  }

  /** How a file ends, which may have been before; null where the work was stopped. */
  async #outcomeOf(file: F, { stop, work, onEnd, concernsAll }: Work<F, R>): Promise<Outcome<R> | null> {
    const known = this.#outcomes.get(file);
    if (known !== undefined) return known;
    if (stop.aborted) return null;
    const outcome = await work(file).then(
      (value) => ({ value }),
      (error: unknown) => {
        if (!stop.aborted && concernsAll(error)) throw error;
        return { error };
      },
    );
    if ('error' in outcome && stop.aborted) return null;
    this.#outcomes.set(file, outcome);
    onEnd(file, outcome);
    return outcome;
  }

  async #tell(file: F, outcome: Outcome<R> | null, { over, tell }: Work<F, R>): Promise<void> {
    if (outcome === null || over.aborted || this.#told.has(file)) return;
    this.#told.add(file);
    await tell(file, outcome);
  }
}
