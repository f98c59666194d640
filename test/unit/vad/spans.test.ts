import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { speechSpans } from '../../../models/vad/spans.ts';

const FRAME = 512;
const LONGEST = 467_200;

/** Probabilities from pairs of a value and how many frames it lasts. */
const frames = (...runs: [value: number, count: number][]): Float32Array =>
  Float32Array.from(runs.flatMap(([value, count]) => Array.from({ length: count }, () => value)));

const spansOf = (probabilities: Float32Array, longest = LONGEST) =>
  speechSpans(probabilities, probabilities.length * FRAME, longest);

describe('speech spans', () => {
  test('begin at 0.5 and end before a pause of five frames below 0.35', () => {
    expect(spansOf(frames([0.49, 4], [0.5, 10], [0.34, 5], [0.1, 3]))).toEqual([[4 * FRAME, 14 * FRAME]]);
  });

  test('go on through a shorter pause and through doubt', () => {
    expect(spansOf(frames([0.9, 5], [0.1, 4], [0.9, 5], [0.4, 30], [0.9, 1]))).toEqual([[0, 45 * FRAME]]);
  });

  test('end with the recording, also within its last frame', () => {
    expect(speechSpans(frames([0.1, 2], [0.9, 4]), 2 * FRAME + 1800, LONGEST)).toEqual([
      [2 * FRAME, 2 * FRAME + 1800],
    ]);
    expect(spansOf(frames([0.9, 4], [0.1, 2]))).toEqual([[0, 4 * FRAME]]);
  });

  test('last three frames at least', () => {
    expect(spansOf(frames([0, 9], [1, 2], [0, 9], [1, 3], [0, 9]))).toEqual([[20 * FRAME, 23 * FRAME]]);
  });

  test('are none in silence', () => {
    expect(spansOf(frames([0.2, 500]))).toEqual([]);
    expect(spansOf(frames())).toEqual([]);
  });

  test('too long are parted at the least probable frame of the last third', () => {
    const probabilities = frames([0.9, 2000]);
    probabilities[100] = 0.4;
    probabilities[700] = 0.6;
    const spans = spansOf(probabilities);
    expect(spans[0]).toEqual([0, 700.5 * FRAME]);
    expect(spans.at(-1)?.[1]).toBe(2000 * FRAME);
  });

  test('are in order, never too long, and hold every frame of certain speech that is long enough', () => {
    const run = fc.tuple(fc.constantFrom(0, 0.3, 0.4, 0.6, 1), fc.integer({ min: 1, max: 60 }));
    const longest = fc.integer({ min: 3 * FRAME, max: 40 * FRAME });
    fc.assert(
      fc.property(fc.array(run, { maxLength: 40 }), longest, (runs, most) => {
        const probabilities = frames(...runs);
        const spans = spansOf(probabilities, most);
        let end = 0;
        for (const span of spans) {
          expect(span[0]).toBeGreaterThanOrEqual(end);
          expect(span[1]).toBeGreaterThan(span[0]);
          expect(span[1] - span[0]).toBeLessThanOrEqual(most);
          end = span[1];
        }
        expect(end).toBeLessThanOrEqual(probabilities.length * FRAME);
        expect(uncovered(spans)).toEqual(uncovered(spansOf(probabilities)));
        let first = 0;
        for (const [value, count] of runs) {
          if (value >= 0.5 && count >= 3) {
            const covered = spans.reduce(
              (sum, span) => sum + overlap(span, [first * FRAME, (first + count) * FRAME]),
              0,
            );
            expect(covered).toBe(count * FRAME);
          }
          first += count;
        }
      }),
    );
  });
});

type Span = readonly [number, number];

const overlap = (a: Span, b: Span): number => Math.max(0, Math.min(a[1], b[1]) - Math.max(a[0], b[0]));

/** The stretches between spans that do not touch. */
const uncovered = (spans: readonly Span[]): Span[] =>
  spans.flatMap((span, index): Span[] => {
    const before = spans[index - 1]?.[1] ?? 0;
    return before < span[0] ? [[before, span[0]]] : [];
  });
