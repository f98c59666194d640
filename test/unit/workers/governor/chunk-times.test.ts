import { expect, it } from 'vitest';
import { ChunkTimes } from '../../../../workers/governor/chunk-times.ts';

it('says nothing of fewer than a hundred chunks', () => {
  const times = new ChunkTimes();
  for (let count = 0; count < 99; count++) times.add(count, 1);
  expect(times.slowest(100)).toBeNull();
  times.add(99, 1);
  expect(times.slowest(100)).toBe(1);
  times.forget();
  expect(times.slowest(100)).toBeNull();
});

it('is the time that one in a hundred exceeds', () => {
  const times = new ChunkTimes();
  for (let count = 1; count <= 100; count++) times.add(0, count);
  expect(times.slowest(0)).toBe(99);
});

it('forgets what is of the past, by time and by number', () => {
  const times = new ChunkTimes();
  for (let count = 0; count < 100; count++) times.add(0, 50);
  for (let count = 0; count < 200; count++) times.add(300, 2);
  expect(times.slowest(300)).toBe(2);
  expect(times.slowest(901)).toBeNull();
});
