import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_SPEECH_SAMPLES, packChunks, sharedSamples } from '../../../activities/plan/chunks.ts';
import {
  MAX_CHUNK_SAMPLES,
  MAX_SECTION_SAMPLES,
  type Chunk,
  type Span,
} from '../../../workflows/contract.ts';

const PAD = 3200;
const SECOND = 16_000;
const section: Span = [0, MAX_SECTION_SAMPLES];
const SHARED = fc.constantFrom(sharedSamples('en'), sharedSamples('zh'), sharedSamples('auto'));

const seconds = (...spans: [number, number][]): Span[] =>
  spans.map(([start, end]) => [start * SECOND, end * SECOND]);

const lengthOf = (chunk: Chunk): number => chunk.spans.reduce((sum, [start, end]) => sum + end - start, 0);

/** Speech of a section that begins anywhere: pauses and spans in turn. */
const speechOfSection = (most: number) =>
  fc
    .tuple(
      fc.nat(10 ** 9),
      fc.array(
        fc.tuple(fc.oneof(fc.nat(3000), fc.nat(60_000)), fc.integer({ min: 1, max: MAX_SPEECH_SAMPLES })),
        {
          maxLength: most,
        },
      ),
      fc.nat(30_000),
    )
    .map(([start, pairs, rest]) => {
      const speech: Span[] = [];
      let position = start;
      for (const [pause, length] of pairs) {
        speech.push([position + pause, position + pause + length]);
        position += pause + length;
      }
      return { speech, section: [start, position + rest] as Span };
    });

describe('chunks', () => {
  test('are none where nobody speaks', () => {
    expect(packChunks([], section, MAX_CHUNK_SAMPLES)).toEqual([]);
  });

  test('keep 0.2 s around speech, a short pause whole, and the ends of a long one', () => {
    const speech = seconds([0.1, 2], [2.4, 4], [10, 12], [599.9, 600]);
    expect(packChunks(speech, section, MAX_CHUNK_SAMPLES)).toEqual([
      {
        spans: [
          [0, 4.2 * SECOND],
          [9.8 * SECOND, 12.2 * SECOND],
          [599.7 * SECOND, 600 * SECOND],
        ],
      },
    ]);
  });

  test('never reach beyond their section', () => {
    const [chunk] = packChunks(seconds([10.1, 19.9]), [10 * SECOND, 20 * SECOND], MAX_CHUNK_SAMPLES);
    expect(chunk).toEqual({ spans: [[10 * SECOND, 20 * SECOND]] });
  });

  test('of equal number are parted at the longest pause', () => {
    const speech = seconds([0, 10], [10.2, 20], [20.9, 26], [26.2, 40]);
    const chunks = packChunks(speech, [0, 40 * SECOND], MAX_CHUNK_SAMPLES);
    expect(chunks.map((chunk) => chunk.spans.at(-1)?.[1])).toEqual([20.2 * SECOND, 40 * SECOND]);
  });

  test('hold up to 15 s of English, or one longer span', () => {
    const speech = seconds([0, 10], [10.5, 14], [14.9, 17], [18, 40], [41, 42]);
    const ends = (language: string) =>
      packChunks(speech, section, sharedSamples(language)).map((chunk) => chunk.spans.at(-1)![1] / SECOND);
    expect(ends('en')).toEqual([14.2, 17.2, 40.2, 42.2]);
    expect(ends('auto')).toEqual([17.2, 42.2]);
  });

  test('hold each sample of speech exactly once, in order, at most 30 s each, the same each time', () => {
    fc.assert(
      fc.property(speechOfSection(40), SHARED, ({ speech, section: [start, end] }, shared) => {
        const chunks = packChunks(speech, [start, end], shared);
        const spans = chunks.flatMap((chunk) => chunk.spans);
        let position = start;
        for (const span of spans) {
          expect(span.every(Number.isSafeInteger)).toBe(true);
          expect(span[0]).toBeGreaterThanOrEqual(position);
          expect(span[1]).toBeGreaterThan(span[0]);
          position = span[1];
        }
        expect(position).toBeLessThanOrEqual(end);
        for (const chunk of chunks) {
          const parts = speech.filter(([from]) => chunk.spans.some(([a, b]) => a <= from && from < b));
          expect(lengthOf(chunk)).toBeLessThanOrEqual(parts.length > 1 ? shared : MAX_CHUNK_SAMPLES);
        }
        for (const [from, to] of speech) {
          const heard = spans.reduce(
            (sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)),
            0,
          );
          expect(heard).toBe(to - from);
        }
        const silence =
          spans.reduce((sum, [a, b]) => sum + b - a, 0) - speech.reduce((sum, [a, b]) => sum + b - a, 0);
        expect(silence).toBeLessThanOrEqual(2 * PAD * speech.length);
        expect(packChunks(speech, [start, end], shared)).toEqual(chunks);
      }),
    );
  });

  test('are as few as filling each to the brim gives', () => {
    fc.assert(
      fc.property(speechOfSection(30), SHARED, ({ speech, section: whole }, shared) => {
        const alone = speech.map((span, index) => {
          const [before, after] = [speech[index - 1]?.[1], speech[index + 1]?.[0]];
          const room = (edge: number | undefined, limit: number, gap: (edge: number) => number) =>
            edge === undefined ? limit : gap(edge);
          const from = room(before, whole[0], (edge) => Math.floor((edge + span[0]) / 2));
          const to = room(after, whole[1], (edge) => Math.floor((span[1] + edge) / 2));
          return Math.min(span[1] + PAD, to) - Math.max(span[0] - PAD, from);
        });
        let [count, filled] = [0, Infinity];
        for (const length of alone) {
          if (filled + length > shared) [count, filled] = [count + 1, 0];
          filled += length;
        }
        expect(packChunks(speech, whole, shared)).toHaveLength(count);
      }),
    );
  });
});
