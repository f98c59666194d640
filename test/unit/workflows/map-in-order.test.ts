import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapInOrder } from '../../../workflows/map-in-order.ts';

describe('mapInOrder', () => {
  it('keeps the order of the items, whatever order they end in, and never exceeds the limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer()),
        fc.integer({ min: 1, max: 5 }),
        fc.scheduler(),
        async (items, limit, scheduler) => {
          let running = 0;
          let most = 0;
          const started: number[] = [];
          const mapped = mapInOrder(items, limit, async (item) => {
            started.push(item);
            most = Math.max(most, ++running);
            await scheduler.schedule(Promise.resolve());
            running -= 1;
            return item * 2;
          });
          expect(await scheduler.waitFor(mapped)).toEqual(items.map((item) => item * 2));
          expect(started).toEqual(items);
          expect(most).toBe(Math.min(limit, items.length));
        },
      ),
    );
  });

  it('rejects with the first failure and starts no more', async () => {
    const started: number[] = [];
    const mapped = mapInOrder([0, 1, 2, 3, 4, 5], 2, async (item) => {
      started.push(item);
      await Promise.resolve();
      if (item === 1) throw new Error('item 1');
      await new Promise((resolve) => setTimeout(resolve, 5));
    });
    await expect(mapped).rejects.toThrow('item 1');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(started).toEqual([0, 1]);
  });
});
