import { describe, expect, it } from 'vitest';
import { BatchSlots, slotsOf } from '../../../../workers/governor/slots.ts';

const { signal } = new AbortController();

/** Reserves slots, and counts those that were given. */
function reserve(slots: BatchSlots, count: number, until = signal) {
  const seen = { given: 0, refused: [] as unknown[] };
  for (let each = 0; each < count; each++) {
    slots.reserveSlot(null, until).then(
      () => (seen.given += 1),
      (reason: unknown) => seen.refused.push(reason),
    );
  }
  return seen;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('are a running batch for each engine that takes windows, and one that waits', () => {
  expect([slotsOf(2, 6), slotsOf(1, 8), slotsOf(1, 6), slotsOf(0, 6)]).toEqual([18, 16, 12, 0]);
});

describe('slots of a batch', () => {
  it('are given up to their number, and again when they are released', async () => {
    const slots = new BatchSlots(2);
    const seen = reserve(slots, 4);
    await settled();
    expect(seen.given).toBe(2);
    slots.releaseSlot();
    await settled();
    expect(seen.given).toBe(3);
  });

  it('grow at once, and shrink by those that are released', async () => {
    const slots = new BatchSlots(1);
    const seen = reserve(slots, 5);
    slots.resize(3);
    await settled();
    expect(seen.given).toBe(3);
    slots.resize(1);
    slots.releaseSlot();
    slots.releaseSlot();
    await settled();
    expect(seen.given).toBe(3);
    slots.releaseSlot();
    await settled();
    expect(seen.given).toBe(4);
  });

  it('are given to those who do not wait only where nobody waits and one is free', async () => {
    const slots = new BatchSlots(1);
    expect(slots.tryReserveSlot()).not.toBeNull();
    expect(slots.tryReserveSlot()).toBeNull();
    const seen = reserve(slots, 1);
    slots.releaseSlot();
    await settled();
    expect(seen.given).toBe(1);
    expect(slots.tryReserveSlot()).toBeNull();
  });

  it('are not lost with those who stop waiting', async () => {
    const slots = new BatchSlots(0);
    const stop = new AbortController();
    const reason = new Error('no longer wanted');
    const stopped = reserve(slots, 2, stop.signal);
    const waiting = reserve(slots, 1);
    stop.abort(reason);
    slots.resize(1);
    await settled();
    expect(stopped).toEqual({ given: 0, refused: [reason, reason] });
    expect(waiting.given).toBe(1);
    const late = reserve(slots, 1, stop.signal);
    await settled();
    expect(late.refused).toEqual([reason]);
  });
});
