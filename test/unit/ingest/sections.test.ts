import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SectionCutter } from '../../../activities/ingest/sections.ts';
import { MAX_SECTION_SAMPLES, SAMPLE_RATE } from '../../../workflows/contract.ts';

const TIME_LIMIT = 60_000;
const LIMIT = MAX_SECTION_SAMPLES;
const SEARCH = 60 * SAMPLE_RATE;
const FRAME = 320;

/** Noise of a pseudo-random generator (mulberry32), `[start, end)` pauses in samples at a hundredth of its level. */
function noise(
  samples: number,
  seed: number,
  pauses: readonly (readonly [number, number])[] = [],
): Uint8Array {
  const pcm = new Int16Array(samples);
  let state = seed;
  for (let index = 0; index < samples; index += 1) {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    pcm[index] = (mixed ^ (mixed >>> 7)) >> 17;
  }
  for (const [start, end] of pauses) {
    for (let index = start; index < Math.min(end, samples); index += 1) pcm[index] = pcm[index]! / 100;
  }
  return new Uint8Array(pcm.buffer);
}

function cut(pieces: Iterable<Uint8Array>): number[] {
  const cutter = new SectionCutter();
  for (const piece of pieces) cutter.push(piece);
  return cutter.end();
}

/** `bytes` in pieces whose lengths repeat `lengths`. */
function* split(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const end = start + lengths[turn % lengths.length]!;
    yield bytes.subarray(start, end);
    start = end;
  }
}

const lengthOf = (ends: readonly number[], section: number): number =>
  ends[section]! - (section === 0 ? 0 : ends[section - 1]!);

describe('short recordings', () => {
  it.each([0, 1, FRAME, SAMPLE_RATE, LIMIT - 1, LIMIT])('%i samples are one section', (samples) => {
    expect(cut([new Uint8Array(samples * 2)])).toEqual([samples]);
  });

  it('of one sample more are two', () => {
    expect(cut([noise(LIMIT + 1, 1)])).toHaveLength(2);
  });
});

describe('the pause', () => {
  const at = LIMIT - 20 * SAMPLE_RATE;

  it('is cut in its middle, to a frame', () => {
    const [end] = cut([noise(LIMIT + SAMPLE_RATE, 2, [[at, at + 0.5 * SAMPLE_RATE]])]);
    expect(Math.abs(end! - (at + 0.25 * SAMPLE_RATE))).toBeLessThanOrEqual(FRAME);
  });

  it('is taken from the last minute only', () => {
    const early = LIMIT - SEARCH - 2 * SAMPLE_RATE;
    const pauses = [[early, early + SAMPLE_RATE] as const, [LIMIT, LIMIT + SAMPLE_RATE] as const];
    const [end] = cut([noise(LIMIT + SAMPLE_RATE, 3, pauses)]);
    expect(end).toBeGreaterThan(LIMIT - SEARCH);
    expect(end).toBeLessThan(LIMIT);
  });

  it('is the longest where all are silent', () => {
    const pcm = new Int16Array(LIMIT + SAMPLE_RATE).fill(1000);
    pcm.fill(0, at, at + SAMPLE_RATE);
    pcm.fill(0, at + 5 * SAMPLE_RATE, at + 8 * SAMPLE_RATE);
    const [end] = cut([new Uint8Array(pcm.buffer)]);
    expect(Math.abs(end! - (at + 6.5 * SAMPLE_RATE))).toBeLessThanOrEqual(FRAME);
  });

  it('in a silent recording is the middle of the minute', () => {
    const [end] = cut([new Uint8Array((LIMIT + SAMPLE_RATE) * 2)]);
    expect(Math.abs(end! - (LIMIT - SEARCH / 2))).toBeLessThanOrEqual(FRAME);
  });

  it('is not missed at full scale, where energies are largest', () => {
    const pcm = new Int16Array(LIMIT + SAMPLE_RATE).fill(-32_768);
    pcm[at] = -32_767;
    const [end] = cut([new Uint8Array(pcm.buffer)]);
    expect(Math.abs(end! - at)).toBeLessThanOrEqual(13 * FRAME);
  });
});

describe('sections of any recording', () => {
  const pause = fc.tuple(
    fc.integer({ min: 0, max: 3 * LIMIT }),
    fc.integer({ min: 0, max: 2 * SAMPLE_RATE }),
  );
  const recording = fc
    .record({
      samples: fc.integer({ min: 1, max: 2.5 * LIMIT }),
      seed: fc.integer(),
      pauses: fc.array(pause, { maxLength: 40 }),
    })
    .map(({ samples, seed, pauses }) =>
      noise(
        samples,
        seed,
        pauses.map(([start, length]) => [start, start + length] as const),
      ),
    );

  it(
    'ascend, cover it, have at most ten minutes, and all but the last at least nine',
    { timeout: TIME_LIMIT },
    () => {
      fc.assert(
        fc.property(recording, (bytes) => {
          const ends = cut([bytes]);
          expect(ends.at(-1)).toBe(bytes.length / 2);
          for (const section of ends.keys()) {
            expect(lengthOf(ends, section)).toBeGreaterThan(section === ends.length - 1 ? 0 : LIMIT - SEARCH);
            expect(lengthOf(ends, section)).toBeLessThanOrEqual(LIMIT);
          }
        }),
        { numRuns: 8 },
      );
    },
  );

  it('are the same however it comes in pieces', { timeout: TIME_LIMIT }, () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(recording, lengths, (bytes, sizes) => {
        expect(cut(split(bytes, sizes))).toEqual(cut([bytes]));
      }),
      { numRuns: 8 },
    );
  });

  it('are the same byte by byte about a border', { timeout: TIME_LIMIT }, () => {
    const bytes = noise(LIMIT + 1000, 4);
    const border = LIMIT * 2 - 2001;
    const [before, after] = [bytes.subarray(0, border), bytes.subarray(border)];
    expect(cut([before, ...split(after, [1])])).toEqual(cut([bytes]));
    expect(cut([before, ...split(after, [0, 3, 1])])).toEqual(cut([bytes]));
  });
});
