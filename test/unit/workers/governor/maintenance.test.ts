import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextMaintenance } from '../../../../workers/governor/maintenance.ts';

it('is due after its time, give or take its jitter', () => {
  const random = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(random, (chance) => {
      const due = nextMaintenance(1000, { maintenance: 86_400_000, jitter: 0.1 }, chance);
      expect(due - 1000).toBeGreaterThanOrEqual(0.9 * 86_400_000 - 1);
      expect(due - 1000).toBeLessThanOrEqual(1.1 * 86_400_000 + 1);
    }),
  );
  const spread = [0, 0.5, 1].map((chance) => nextMaintenance(0, { maintenance: 100, jitter: 0.5 }, chance));
  expect(spread).toEqual([50, 100, 150]);
});
