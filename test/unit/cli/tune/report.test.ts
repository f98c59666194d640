import { expect, it } from 'vitest';
import { conclusion, documentOf, HEADER, rowOf } from '../../../../client/cli/tune/report.ts';
import type { Measurement, Tuning } from '../../../../workers/tuning/tune.ts';

const one = (realTime: number | null, precision: Measurement['precision'] = 'int8'): Measurement => ({
  ...{ engines: 2, threads: 1, batch: 6, precision },
  speed: realTime === null ? null : { realTime, memory: 976e6 },
});
const best = { ...one(60), speed: { realTime: 60, memory: 976e6 } };

it('a layout is a row, whether it fits or not', () => {
  expect([HEADER, rowOf(one(60.04)), rowOf(one(null, 'int8-blocks'))]).toEqual([
    'ENGINES  THREADS  BATCH  PRECISION    × REAL TIME  MEMORY',
    '2        1        6      int8         60.0         1.0 GB',
    '2        1        6      int8-blocks  –            does not fit',
  ]);
});

it.each<[number | null, string]>([
  [1, 'as without tuning'],
  [1.25, '25 % faster than without tuning'],
  [null, 'without tuning a full batch does not fit'],
])('a gain of %s is told', (gain, told) => {
  expect(conclusion({ best, gain, measured: [best] })).toEqual([
    `Best: 2 × 1 threads, batches of 6: ${told}`,
    'Expect 60 times real time at int8 in 1.0 GB: 1008 hours of speech a day, busy for 70 % of it',
  ]);
});

it('a precision that is clearly faster is named, with what it costs', () => {
  const measured = [best, one(62, 'fp32'), one(90, 'int4-blocks'), one(null, 'int8-blocks')];
  expect(conclusion({ best, gain: 1, measured }).slice(2)).toEqual([
    '--ladder int4-blocks would be 1.5 times as fast, with another text: docs/engine.md',
  ]);
});

it('the document has all that was tried', () => {
  const tuning: Tuning = { best, gain: 1, measured: [best, one(null)] };
  const where = {
    device: 'cpu',
    hardware: 'a processor',
    model: 'base',
    file: '/home/tuning/cpu-base.json',
  } as const;
  const layout = { engines: 2, threads: 1, batch: 6, precision: 'int8' };
  expect(documentOf(where, tuning)).toEqual({
    ...where,
    best: { ...layout, realTime: 60, memory: 976e6 },
    gain: 1,
    hoursPerDay: 1008,
    measured: [
      { ...layout, realTime: 60, memory: 976e6 },
      { ...layout, realTime: null, memory: null },
    ],
  });
});
