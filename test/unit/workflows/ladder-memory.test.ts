import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  learnAll,
  nextServed,
  NOTHING_LEARNT,
  startingRung,
  type Descent,
  type LadderMemory,
} from '../../../workflows/ladder-memory.ts';

const LADDER = ['gpu.base', 'gpu.base', 'gpu.tiny', 'cpu.base'].map((queue) => ({ queue }));

const times = (count: number, descent: Descent): Descent[] => Array<Descent>(count).fill(descent);
const after = (...descents: Descent[]): LadderMemory => learnAll(NOTHING_LEARNT, LADDER, descents);
const startAfter = (...descents: Descent[]): number => startingRung(after(...descents), LADDER);

describe('the memory of a ladder', () => {
  it('starts new chunks lower after three falls in a row, and one rung at a time', () => {
    expect(startAfter()).toBe(0);
    expect(startAfter(...times(2, [0, 1]))).toBe(0);
    expect(startAfter(...times(2, [0, 1]), [0, 0], ...times(2, [0, 2]))).toBe(0);
    expect(startAfter([0, 1], [0, 3], [0, null])).toBe(1);
    expect(startAfter(...times(3, [0, 1]), ...times(3, [1, 2]))).toBe(2);
  });

  it('does not count what was on its way before it changed', () => {
    expect(startAfter(...times(30, [0, 1]))).toBe(1);
    expect(startAfter(...times(3, [0, 1]), ...times(40, [0, 0]))).toBe(1);
  });

  it('stays on the last rung', () => {
    const all = [0, 1, 2, 3].flatMap((from) => times(6, [from, from === 3 ? null : from + 1]));
    expect(startAfter(...all)).toBe(3);
  });

  it('tries higher after twenty successes in a row, and after twice as many where that failed', () => {
    const fallen = times(3, [0, 1]);
    expect(startAfter(...fallen, ...times(19, [1, 1]))).toBe(1);
    expect(startAfter(...fallen, ...times(20, [1, 1]))).toBe(0);
    const relapsed = [...fallen, ...times(20, [1, 1]), ...fallen];
    expect(startAfter(...relapsed)).toBe(1);
    expect(startAfter(...relapsed, ...times(39, [1, 1]))).toBe(1);
    expect(startAfter(...relapsed, ...times(40, [1, 1]))).toBe(0);
    // A fall begins the count again.
    expect(startAfter(...fallen, ...times(19, [1, 1]), [1, 2], ...times(19, [1, 1]))).toBe(1);
  });

  it('never starts above the ceiling, nor where nobody serves while another is served', () => {
    expect(startingRung({ ...NOTHING_LEARNT, ceiling: 2 }, LADDER)).toBe(2);
    expect(startingRung({ ...after(...times(3, [0, 1])), ceiling: 0 }, LADDER)).toBe(1);
    const unserved = ['gpu.base'];
    expect(startingRung({ ...NOTHING_LEARNT, unserved }, LADDER)).toBe(2);
    expect(startingRung({ ...NOTHING_LEARNT, unserved, ceiling: 3 }, LADDER)).toBe(3);
    const none = ['gpu.base', 'gpu.tiny', 'cpu.base'];
    expect(startingRung({ ...NOTHING_LEARNT, unserved: none }, LADDER)).toBe(0);
    expect(nextServed({ unserved: none }, LADDER, 0)).toBeNull();
  });

  it('passes over what nobody serves, down and up', () => {
    const known = { ...NOTHING_LEARNT, unserved: ['gpu.tiny'] };
    const lower = learnAll({ ...known, start: 1 }, LADDER, times(3, [1, 3]));
    expect(lower.start).toBe(3);
    expect(learnAll(lower, LADDER, times(20, [3, 3])).start).toBe(1);
  });
});

const index = fc.integer({ min: 0, max: LADDER.length - 1 });
const descent: fc.Arbitrary<Descent> = fc
  .tuple(index, index, fc.boolean())
  .map(([a, b, isGap]) => [Math.min(a, b), isGap ? null : Math.max(a, b)]);

describe('whatever happens', () => {
  it('the starting rung is one of the ladder, not above the ceiling, and served where one below is', () => {
    fc.assert(
      fc.property(
        fc.array(descent, { maxLength: 200 }),
        index,
        fc.subarray(['gpu.base', 'gpu.tiny', 'cpu.base']),
        (descents, ceiling, unserved) => {
          const memory = learnAll({ ...NOTHING_LEARNT, ceiling, unserved }, LADDER, descents);
          const start = startingRung(memory, LADDER);
          expect(LADDER[start]).toBeDefined();
          expect(start).toBeGreaterThanOrEqual(ceiling);
          expect(memory).toMatchObject({ ceiling, unserved });
          const isServed = !unserved.includes(LADDER[start]!.queue);
          expect(isServed || nextServed(memory, LADDER, start) === null).toBe(true);
        },
      ),
    );
  });

  it('chunks learnt of in parts are chunks learnt of at once', () => {
    fc.assert(
      fc.property(fc.array(fc.array(descent)), (parts) => {
        const bit = parts.reduce((memory, part) => learnAll(memory, LADDER, part), NOTHING_LEARNT);
        expect(bit).toEqual(learnAll(NOTHING_LEARNT, LADDER, parts.flat()));
      }),
    );
  });
});
