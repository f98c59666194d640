import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adjustCeiling,
  refusal,
  UNLOWERED,
  type Ceiling,
  type CeilingSettings,
  type LoadReading,
} from '../../../../workers/governor/ceiling.ts';

const settings: CeilingSettings = {
  ...{ busyLoad: 0.8, calmLoad: 0.6, slowChunk: 10 },
  ...{ busyFor: 60, calmFor: 600 },
};
const MOST = 2;

/** A reading every five seconds, all alike. */
function during(seconds: number, from: number, reading: Partial<LoadReading>, ceiling: Ceiling): Ceiling {
  for (let at = from; at <= from + seconds; at += 5) {
    ceiling = adjustCeiling(ceiling, { at, load: 0, slowest: null, ...reading }, MOST, settings);
  }
  return ceiling;
}

describe('the ceiling of a device', () => {
  it.each([
    ['a load above its bound for a while', { load: 0.81 }, 60, 1, 'its load is 81 %, above 80 %'],
    ['one a moment short of the while', { load: 0.81 }, 55, 0, null],
    ['a load at its bound', { load: 0.8 }, 6000, 0, null],
    ['slow chunks', { slowest: 10.04 }, 60, 1, '99 % of its chunks take up to 10.0 s, above 10 s'],
    ['chunks at their bound', { slowest: 10 }, 6000, 0, null],
    ['twice the while', { load: 1 }, 120, 2, 'its load is 100 %, above 80 %'],
    ['a device that does not say', { load: null }, 6000, 0, null],
  ])('%s', (_, reading, seconds, lowered, reason) => {
    expect(during(seconds, 0, reading, UNLOWERED)).toMatchObject({ lowered, reason });
  });

  it('does not lower for a load that has a break, however short', () => {
    let ceiling = UNLOWERED;
    for (let at = 0; at < 6000; at += 5) {
      const load = at % 60 === 55 ? 0.7 : 1;
      ceiling = adjustCeiling(ceiling, { at, load, slowest: null }, MOST, settings);
    }
    expect(ceiling.lowered).toBe(0);
  });

  it('is raised step by step, each after a whole calm', () => {
    const low = during(120, 0, { load: 1 }, UNLOWERED);
    expect(low.lowered).toBe(2);
    const after = (seconds: number) => during(seconds, 125, { load: 0.1 }, low).lowered;
    expect([595, 600, 1195, 1200].map(after)).toEqual([2, 1, 1, 0]);
  });

  it('stays where the load is neither busy nor calm', () => {
    const low = during(60, 0, { load: 1 }, UNLOWERED);
    expect(during(10_000, 65, { load: 0.7 }, low).lowered).toBe(1);
  });

  it('is off for slow chunks where no bound is set', () => {
    let ceiling = UNLOWERED;
    for (let at = 0; at < 1000; at += 5) {
      const reading = { at, load: 0.1, slowest: 1000 };
      ceiling = adjustCeiling(ceiling, reading, MOST, { ...settings, slowChunk: null });
    }
    expect(ceiling.lowered).toBe(0);
  });

  it('never flaps, whatever the load: a raise comes a calm after the change before, a fall a while after', () => {
    const loads = fc.array(fc.constantFrom(0, 0.5, 0.7, 0.79, 0.81, 1), { minLength: 100, maxLength: 400 });
    fc.assert(
      fc.property(loads, (all) => {
        let ceiling = UNLOWERED;
        let changedAt = -Infinity;
        all.forEach((load, index) => {
          const at = 5 * index;
          const next = adjustCeiling(ceiling, { at, load, slowest: null }, MOST, settings);
          const step = next.lowered - ceiling.lowered;
          expect(Math.abs(step)).toBeLessThanOrEqual(1);
          if (step > 0) expect(at - changedAt).toBeGreaterThanOrEqual(settings.busyFor);
          if (step < 0) expect(at - changedAt).toBeGreaterThanOrEqual(settings.calmFor);
          if (step !== 0) changedAt = at;
          ceiling = next;
          expect(ceiling.lowered).toBeGreaterThanOrEqual(0);
          expect(ceiling.lowered).toBeLessThanOrEqual(MOST);
        });
      }),
    );
  });
});

describe('a refusal', () => {
  const precisions = ['fp16', 'int8-fp16'] as const;
  const lowered = (count: number): Ceiling => ({ ...UNLOWERED, lowered: count, reason: 'its load is 90 %' });

  it.each([
    [0, 'fp16', null],
    [1, 'fp16', 'The device leaves fp16 to a lower rung: its load is 90 %'],
    [1, 'int8-fp16', null],
    [2, 'int8-fp16', 'The device leaves int8-fp16 to a lower rung: its load is 90 %'],
    [2, 'int8', null],
  ] as const)('lowered by %i, of %s', (count, precision, said) => {
    expect(refusal(lowered(count), precision, precisions)).toBe(said);
  });
});
