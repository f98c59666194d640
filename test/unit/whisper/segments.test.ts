import fc from 'fast-check';
import { expect, test } from 'vitest';
import { segmentsFromTokens } from '../../../models/whisper/segments.ts';

const T = 1000;
const at = (seconds: number) => T + Math.round(seconds / 0.02);

test('pairs of timestamps close and open segments', () => {
  const tokens = [at(0), 1, 2, at(2), at(2.5), 3, at(4)];
  expect(segmentsFromTokens(tokens, T, 80_000)).toEqual([
    { start: 0, end: 32_000, tokens: [1, 2], first: 1 },
    { start: 40_000, end: 64_000, tokens: [3], first: 5 },
  ]);
});

test('a last text without an end, or no timestamps at all, ends with the window', () => {
  expect(segmentsFromTokens([at(1), 1], T, 48_001)).toEqual([
    { start: 16_000, end: 48_001, tokens: [1], first: 1 },
  ]);
  expect(segmentsFromTokens([1, 2], T, 500)).toEqual([{ start: 0, end: 500, tokens: [1, 2], first: 0 }]);
  expect(segmentsFromTokens([], T, 500)).toEqual([]);
  expect(segmentsFromTokens([at(0), at(0)], T, 500)).toEqual([]);
});

test('times beyond the window are its end', () => {
  expect(segmentsFromTokens([at(0), 1, at(30), at(30), 2, at(30)], T, 16_000)).toEqual([
    { start: 0, end: 16_000, tokens: [1], first: 1 },
    { start: 16_000, end: 16_000, tokens: [2], first: 4 },
  ]);
});

test('whatever the tokens, segments lie in order in the window and keep every text token', () => {
  const tokens = fc.array(fc.oneof(fc.nat(T - 1), fc.integer({ min: T, max: T + 1500 })), { maxLength: 224 });
  fc.assert(
    fc.property(tokens, fc.integer({ min: 0, max: 480_000 }), (ids, samples) => {
      const segments = segmentsFromTokens(ids, T, samples);
      expect(segments.flatMap((segment) => segment.tokens)).toEqual(ids.filter((id) => id < T));
      let last = 0;
      for (const { start, end, tokens: own, first } of segments) {
        expect(ids.slice(first, first + own.length)).toEqual(own);
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(samples);
        last = end;
      }
    }),
  );
});
