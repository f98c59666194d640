import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit, TunerHolder } from '@temporalio/worker';

/** Windows for a device at a time: a running batch for each engine that takes any, and one that waits behind them. */
export const slotsOf = (engines: number, batch: number): number =>
  engines === 0 ? 0 : (engines + 1) * batch;

/** The tuner of a worker that runs activities alone. */
export const tunerOf = (slots: BatchSlots): TunerHolder => ({
  activityTaskSlotSupplier: slots,
  workflowTaskSlotSupplier: UNUSED,
  localActivityTaskSlotSupplier: UNUSED,
  nexusTaskSlotSupplier: UNUSED,
});

/** The SDK wants two at least. */
const UNUSED = { type: 'fixed-size', numSlots: 2 } as const;

interface Waiting {
  readonly give: () => void;
}

/** Slots of activities whose number changes while they are in use; those in use are not taken away. */
export class BatchSlots implements CustomSlotSupplier<ActivitySlotInfo> {
  readonly type = 'custom';
  #slots: number;
  #taken = 0;
  readonly #queue = new Set<Waiting>();

  constructor(slots: number) {
    this.#slots = slots;
  }

  resize(slots: number): void {
    this.#slots = slots;
    this.#give();
  }

  /** Rejects with the reason of `signal` where that fires first. */
  reserveSlot(_: unknown, signal: AbortSignal): Promise<SlotPermit> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#queue.delete(waiting);
        reject(signal.reason as Error);
      };
      const waiting: Waiting = {
        give: () => {
          signal.removeEventListener('abort', leave);
          resolve({});
        },
      };
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      this.#queue.add(waiting);
      this.#give();
    });
  }

  tryReserveSlot(): SlotPermit | null {
    if (this.#taken >= this.#slots || this.#queue.size > 0) return null;
    this.#taken += 1;
    return {};
  }

  markSlotUsed(): void {
    return;
  }

  releaseSlot(): void {
    this.#taken -= 1;
    this.#give();
  }

  /** Gives what is free to those who wait, the first first. */
  #give(): void {
    for (const waiting of this.#queue) {
      if (this.#taken >= this.#slots) return;
      this.#queue.delete(waiting);
      this.#taken += 1;
      waiting.give();
    }
  }
}
