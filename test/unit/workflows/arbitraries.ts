import fc from 'fast-check';
import {
  MAX_CHUNK_SAMPLES,
  speechOf,
  type Chunk,
  type ChunkOutcome,
  type ChunkResult,
  type PackedWord,
  type Rung,
  type Span,
} from '../../../workflows/contract.ts';

export const rung: Rung = {
  model: 'base',
  revision: 'r1',
  graph: 1,
  precision: 'int8',
  queue: 'gpu.base',
};

const languages = fc.constantFrom('en', 'zh', 'ru');
const probability = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
/** One line of anything people say: no line break, not blank. */
export const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .map((line) => line.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ').trim())
  .filter((line) => line !== '');

/** A chunk of one to four spans with gaps between them. */
export const chunk: fc.Arbitrary<Chunk> = fc
  .tuple(
    fc.nat(10_000_000),
    fc.array(
      fc.tuple(fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 1, max: MAX_CHUNK_SAMPLES / 4 })),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  )
  .map(([first, stretches]) => {
    let end = first;
    return {
      spans: stretches.map(([gap, length]): Span => {
        const start = end + gap;
        end = start + length;
        return [start, end];
      }),
    };
  });

/** Words of a text from `start` to `end`: cut anywhere, their times in order, some without length. */
const wordsOf = (said: string, start: number, end: number): fc.Arbitrary<PackedWord[]> =>
  fc
    .array(fc.tuple(fc.nat(said.length), fc.integer({ min: start, max: end }), fc.nat(100)), { maxLength: 4 })
    .map((cuts) => {
      const ends = [...cuts.map(([length]) => length), said.length].sort((a, b) => a - b);
      const times = [start, ...cuts.map(([, time]) => time), end].sort((a, b) => a - b);
      return ends.map((upTo, index): PackedWord => [
        times[index] ?? start,
        times[index + 1] ?? end,
        upTo - (ends[index - 1] ?? 0),
        cuts[index]?.[2] ?? 100,
      ]);
    });

/** A result for a chunk: segments in order that do not overlap, some of no length, also at the joints. */
export const resultFor = (heard: Chunk): fc.Arbitrary<ChunkResult> => {
  const length = speechOf(heard);
  const joints = heard.spans.map((_, index) => speechOf({ spans: heard.spans.slice(0, index + 1) }));
  const position = fc.oneof(fc.nat(length), fc.constantFrom(0, ...joints));
  const bare = fc.array(fc.tuple(position, position, text), { maxLength: 4 }).map((wanted) => {
    const times = wanted.flatMap(([a, b]) => [a, b]).sort((a, b) => a - b);
    return wanted.map(([, , said], index) => ({
      start: times[2 * index] ?? 0,
      end: times[2 * index + 1] ?? 0,
      text: said,
    }));
  });
  const withWords = bare.chain((all) =>
    fc.tuple(...all.map((one) => wordsOf(one.text, one.start, one.end).map((words) => ({ ...one, words })))),
  );
  const segments = fc.oneof(bare, withWords);
  return fc.record({
    language: languages,
    languageProbability: probability,
    confidence: probability,
    noSpeech: probability,
    temperature: fc.constantFrom(0, 0.2, 1),
    segments,
  });
};

export const outcome: fc.Arbitrary<ChunkOutcome> = chunk.chain((of) =>
  fc.oneof(
    { weight: 4, arbitrary: resultFor(of).map((result) => ({ chunk: of, rung, result, gap: null })) },
    {
      weight: 1,
      arbitrary: fc.constant({
        chunk: of,
        rung: null,
        result: null,
        gap: { code: 'LH_OUT_OF_MEMORY', message: 'The device has too little memory' },
      }),
    },
  ),
);
