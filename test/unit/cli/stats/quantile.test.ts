import { expect, it } from 'vitest';
import { quantileOf } from '../../../../client/cli/stats/quantile.ts';

/** Ten values up to 1, ten more up to 2, none up to 4, and the last `beyond`. */
const buckets = (beyond = 0) => [
  { bound: 1, count: 10 },
  { bound: 2, count: 20 },
  { bound: 4, count: 20 },
  { bound: Infinity, count: 20 + beyond },
];

it.each([
  [0.25, 0.5],
  [0.5, 1],
  [0.75, 1.5],
  [1, 2],
])('part %d of the values is spread evenly in its bucket', (part, value) => {
  expect(quantileOf(part, buckets())).toBeCloseTo(value, 10);
});

it('is the last finite bound for what is beyond all', () => {
  expect(quantileOf(0.99, buckets(80))).toBe(4);
});

it('is null where there is no value, or no histogram', () => {
  expect(quantileOf(0.5, [{ bound: Infinity, count: 0 }])).toBeNull();
  expect(quantileOf(0.5, [])).toBeNull();
});
