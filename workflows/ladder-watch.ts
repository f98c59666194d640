import { CancellationScope, sleep } from '@temporalio/workflow';
import type { Rung } from './contract.ts';
import { learnAll, type Descent, type LadderMemory } from './ladder-memory.ts';
import { media } from './proxies.ts';

/** Time in which a worker that is there begins a chunk: only then it is asked whether there is one. */
const LOOK_AFTER = '5s';

/** Looks are attempts. A heartbeat that is due would overwrite what the last look counted. */
const LOOKS = {
  retry: { initialInterval: '20s', backoffCoefficient: 1 },
  ...{ startToCloseTimeout: '1m', heartbeatTimeout: '1m' },
} as const;

/**
 * The ladder of a transcription or a section while it runs: what is known of it, from chunks that ended and from looks at
 * its task queues.
 */
export class LadderWatch {
  readonly ladder: readonly Rung[];
  /** Of the parts that ended, in plan order, without those behind one that runs. */
  readonly descents: Descent[] = [];
  #parts = 0;
  #memory: LadderMemory;
  readonly #changed: () => void;
  readonly #ended = new Map<number, readonly Descent[]>();
  readonly #answered = new Set<string>();
  readonly #looks = new Map<string, CancellationScope>();

  /** `changed` is called whenever something is learnt. */
  constructor(ladder: readonly Rung[], memory: LadderMemory, changed: () => void) {
    this.ladder = ladder;
    this.#memory = memory;
    this.#changed = changed;
    for (const queue of memory.unserved) this.#lookAt(queue, true);
  }

  get memory(): LadderMemory {
    return this.#memory;
  }

  setCeiling(ceiling: number): void {
    this.#set({ ceiling });
  }

  /**
   * To be told how the chunks of a part went down the ladder: of one chunk, or of a section. `index` is the part's place
   * in the plan. What is known goes by the plan's order, whichever part ends first.
   */
  ended(index: number, descents: readonly Descent[]): void {
    this.#ended.set(index, descents);
    for (let next = this.#ended.get(this.#parts); next; next = this.#ended.get(this.#parts)) {
      this.#parts += 1;
      this.descents.push(...next);
      this.#memory = learnAll(this.#memory, this.ladder, next);
    }
    this.#changed();
  }

  /** To be told which task queues nobody serves, by who has looked. */
  setUnserved(unserved: readonly string[]): void {
    this.#set({ unserved });
  }

  /** Whether a worker has answered from a task queue: that it may be lost since costs no rung. */
  isAnswered(queue: string): boolean {
    return this.#answered.has(queue);
  }

  /** To be told when a worker has answered from a task queue, well or not. */
  answered(queue: string): void {
    if (this.#answered.has(queue)) return;
    this.#answered.add(queue);
    this.#looks.get(queue)?.cancel();
    this.#setServed(queue, true);
  }

  /** To be told when a chunk waits in a task queue: its workers are looked for until one has answered. */
  waits(queue: string): void {
    if (!this.#answered.has(queue)) this.#lookAt(queue, false);
  }

  /** Ends the looks. */
  stop(): void {
    for (const scope of this.#looks.values()) scope.cancel();
  }

  #lookAt(queue: string, isUnserved: boolean): void {
    if (this.#looks.has(queue)) return;
    const scope = new CancellationScope();
    this.#looks.set(queue, scope);
    scope
      .run(async () => {
        if (!isUnserved) await sleep(LOOK_AFTER);
        for (let until = isUnserved ? ('served' as const) : ('unserved' as const); ;) {
          await media.look.executeWithOptions({ ...LOOKS, summary: `${queue}, until ${until}` }, [
            { queue, until },
          ]);
          this.#setServed(queue, until === 'served');
          until = until === 'served' ? 'unserved' : 'served';
        }
      })
      // Cancelled, or the server does not say who polls: then chunks wait, and the next has it looked for again.
      .catch(() => void this.#looks.delete(queue));
  }

  #setServed(queue: string, isServed: boolean): void {
    const { unserved } = this.#memory;
    if (unserved.includes(queue) !== isServed) return;
    this.#set({ unserved: isServed ? unserved.filter((one) => one !== queue) : [...unserved, queue] });
  }

  #set(known: Partial<LadderMemory>): void {
    this.#memory = { ...this.#memory, ...known };
    this.#changed();
  }
}
