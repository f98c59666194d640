import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  SAMPLE_RATE,
  speechOf,
  type Chunk,
  type ChunkOutcome,
  type PackedWord,
  type Span,
} from '../../../workflows/contract.ts';
import { ERRORS } from '../../../workflows/errors.ts';
import { mapInOrder } from '../../../workflows/map-in-order.ts';
import { endInRecording, merge, startInRecording } from '../../../workflows/merge.ts';
import { chunk, outcome, rung } from './arbitraries.ts';

const second = SAMPLE_RATE;

function heard(of: Chunk, segments: readonly [start: number, end: number, text: string][]): ChunkOutcome {
  return {
    chunk: of,
    rung,
    result: {
      language: 'en',
      languageProbability: 1,
      confidence: 0.9,
      noSpeech: 0,
      temperature: 0,
      segments: segments.map(([start, end, text]) => ({ start, end, text })),
    },
    gap: null,
  };
}

describe('merge', () => {
  it('puts segments on the clock of the recording, in plan order', () => {
    const first = heard({ spans: [[10 * second, 20 * second]] }, [[0, second, 'one']]);
    const later = heard({ spans: [[30 * second, 40 * second]] }, [[second / 2, 3 * second, 'two']]);
    const { segments } = merge([first, later]);
    expect(segments).toEqual([
      { start: 10, end: 11, text: 'one', language: 'en', confidence: 0.9, chunk: 0 },
      { start: 30.5, end: 33, text: 'two', language: 'en', confidence: 0.9, chunk: 1 },
    ]);
  });

  it('ends a segment before a joint and starts the next one behind it', () => {
    const spans: Chunk = {
      spans: [
        [0, 2 * second],
        [5 * second, 8 * second],
      ],
    };
    const { segments } = merge([
      heard(spans, [
        [0, 2 * second, 'before'],
        [2 * second, 5 * second, 'behind'],
      ]),
    ]);
    expect(segments.map(({ start, end }) => [start, end])).toEqual([
      [0, 2],
      [5, 8],
    ]);
  });

  it('lets a segment without length stay without length at a joint', () => {
    const spans: Chunk = {
      spans: [
        [0, second],
        [5 * second, 6 * second],
      ],
    };
    const [segment] = merge([heard(spans, [[second, second, 'cut']])]).segments;
    expect(segment?.end).toBeGreaterThanOrEqual(segment?.start ?? 0);
  });

  it('marks a gap with its code, meaning and times, and keeps its chunk', () => {
    const gap = { code: 'LH_OUT_OF_MEMORY', message: 'no room for 12345 bytes on cuda:1' } as const;
    const spans = [
      [second, 2 * second],
      [3 * second, 4 * second],
    ] as const;
    const { segments, chunks } = merge([{ chunk: { spans }, rung: null, result: null, gap }]);
    expect(segments).toEqual([
      { start: 1, end: 4, text: '[ERROR: LH_OUT_OF_MEMORY]', language: '', confidence: 0, chunk: 0 },
    ]);
    const told = { code: gap.code, message: ERRORS.LH_OUT_OF_MEMORY.meaning };
    expect(chunks).toEqual([
      { spans, language: null, temperature: null, noSpeech: null, rung: null, gap: told },
    ]);
  });

  it('says what decided a chunk, but not on which queue it ran', () => {
    const { chunks } = merge([heard({ spans: [[0, second]] }, [])]);
    expect(chunks).toEqual([
      {
        spans: [[0, second]],
        language: 'en',
        temperature: 0,
        noSpeech: 0,
        rung: { model: 'base', revision: 'r1', graph: 1, precision: 'int8' },
        gap: null,
      },
    ]);
  });

  it('keeps every segment inside its chunk, and their order, for any outcomes', () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 5 }), (outcomes) => {
        const { segments, chunks } = merge(outcomes);
        expect(chunks.map(({ spans }) => spans)).toEqual(outcomes.map(({ chunk: { spans } }) => spans));
        const textOf = ({ result, gap }: ChunkOutcome) =>
          gap ? [`[ERROR: ${gap.code}]`] : (result?.segments.map(({ text }) => text) ?? []);
        expect(segments.map(({ text }) => text)).toEqual(outcomes.flatMap(textOf));
        for (const { start, end, chunk: index } of segments) {
          const spans = outcomes[index]?.chunk.spans ?? [];
          expect(start).toBeLessThanOrEqual(end);
          expect(start).toBeGreaterThanOrEqual((spans[0]?.[0] ?? 0) / second - 0.001);
          expect(end).toBeLessThanOrEqual((spans.at(-1)?.[1] ?? 0) / second + 0.001);
        }
        for (const index of outcomes.keys()) {
          const times = segments.filter((segment) => segment.chunk === index).map(({ start }) => start);
          expect(times).toEqual([...times].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('puts a word that reaches over a joint into the span that holds more of it, whole', () => {
    const spans: Chunk = {
      spans: [
        [0, 2 * second],
        [5 * second, 8 * second],
      ],
    };
    const said = heard(spans, [[0, 5 * second, 'one two three four']]);
    const words: PackedWord[] = [
      [0, 1.9 * second, 3, 90],
      [1.9 * second, 2.5 * second, 4, 80],
      [2.5 * second, 2.5 * second, 6, 70],
      [2.5 * second, 5 * second, 5, 60],
    ];
    const result = { ...said.result!, segments: [{ ...said.result!.segments[0]!, words }] };
    const [segment] = merge([{ ...said, result }]).segments;
    expect(segment?.words).toEqual([
      [0, 1.9, 3, 90],
      [5, 5.5, 4, 80],
      [5.5, 5.5, 6, 70],
      [5.5, 8, 5, 60],
    ]);
  });

  it('keeps words in order, inside their segment, and each in one span, for any outcomes', () => {
    fc.assert(
      fc.property(outcome, (one) => {
        const { segments } = merge([one]);
        const { spans } = one.chunk;
        segments.forEach(({ start: earliest, end: latest, text, words = [] }, index) => {
          expect(words.length).toBe(one.result?.segments[index]?.words?.length ?? 0);
          expect(words.reduce((sum, [, , length]) => sum + length, 0)).toBe(words.length && text.length);
          let last = earliest;
          for (const [start, end] of words) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThanOrEqual(start);
            expect(end).toBeLessThanOrEqual(latest);
            const holds = ([from, to]: Span) => from / second <= start + 0.001 && end <= to / second + 0.001;
            expect(start === end || spans.some(holds)).toBe(true);
            last = end;
          }
        });
      }),
    );
  });

  it('keeps a section of the fastest speech with word times below the bound of a payload', () => {
    // As many words as a window has tokens, in every chunk of ten minutes at the end of 100 hours.
    const outcomes = Array.from({ length: 20 }, (_, index) => {
      const start = (360_000 - 600 + 30 * index) * second;
      const words = Array.from({ length: 224 }, (_, word): PackedWord => {
        const at = Math.round((word * 30 * second) / 224);
        return [at, at + 2_000, 6, 100];
      });
      const said = heard({ spans: [[start, start + 30 * second]] }, [[0, 30 * second, 'words '.repeat(224)]]);
      const result = { ...said.result!, segments: [{ ...said.result!.segments[0]!, words }] };
      expect(JSON.stringify(result).length).toBeLessThan(16 * 1024);
      return { ...said, result };
    });
    expect(JSON.stringify(merge(outcomes)).length).toBeLessThan(200 * 1024);
  });

  it('is the same for every order in which the chunks complete', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcome, { maxLength: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.scheduler(),
        async (outcomes, limit, scheduler) => {
          const completed = mapInOrder(outcomes, limit, (one) => scheduler.schedule(Promise.resolve(one)));
          expect(merge(await scheduler.waitFor(completed))).toEqual(merge(outcomes));
        },
      ),
    );
  });
});

describe('the clock of a chunk', () => {
  it('maps every sample of speech into a span, in order, onto all of them', () => {
    fc.assert(
      fc.property(chunk, fc.nat(), (of, seed) => {
        const position = seed % speechOf(of);
        const start = startInRecording(of, position);
        const end = endInRecording(of, position + 1);
        expect(of.spans.some(([from, to]) => from <= start && start < to)).toBe(true);
        expect(end).toBe(start + 1);
        const before = of.spans.reduce(
          (sum, [from, to]) => sum + Math.min(Math.max(start - from, 0), to - from),
          0,
        );
        expect(before).toBe(position);
      }),
    );
  });

  it('ends with the last span for positions behind it', () => {
    const of: Chunk = {
      spans: [
        [0, 10],
        [20, 30],
      ],
    };
    expect(startInRecording(of, 99)).toBe(30);
    expect(endInRecording(of, 99)).toBe(30);
  });
});
