import { setTimeout } from 'node:timers/promises';
import { activityInfo } from '@temporalio/activity';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PackedSection, TranscriptionResult } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { Bench, requestOf } from './bench.ts';
import { makeFakes, outOfMemory, said, SECONDS, type Fakes } from './fakes.ts';

const LADDER = ['fp32', 'int8', 'int4-blocks'] as const;
const CHUNK = 20 * SECONDS;
/** Chunks of each section. */
const SECTIONS = [3, 1, 4];
const CHUNKS = SECTIONS.reduce((sum, count) => sum + count, 0);
/** Schedules that run beside each other. */
const AT_ONCE = 12;
/** Which rungs each chunk fits: the first that does; past the ladder, none. The same world in every schedule. */
const FITS = [0, 2, 0, 1, 3, 0, 0, 1];

/** How a run goes: milliseconds that each chunk takes, and attempts of each activity that die before one lives. */
interface Schedule {
  readonly takes: readonly number[];
  readonly deaths: readonly number[];
  readonly others: Readonly<Record<'ingest' | 'plan' | 'save' | 'publish', number>>;
}

const chance = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(1, 2) },
);
const perChunk = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.array(arbitrary, { minLength: CHUNKS, maxLength: CHUNKS });
const schedule: fc.Arbitrary<Schedule> = fc.record({
  takes: perChunk(fc.nat(300)),
  deaths: perChunk(chance),
  others: fc.record({ ingest: chance, plan: chance, save: chance, publish: chance }),
});

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(() => bench[Symbol.asyncDispose]());

const dies = (): LonghandError => new LonghandError('LH_ENGINE_DIED', 'The engine ended unexpectedly');

/** Fakes that go as one of `schedules`, by the recording that they are asked about. */
function going(schedules: readonly Schedule[]): Fakes {
  const fakes = makeFakes({
    sections: SECTIONS.map((count) => count * CHUNK),
    chunk: CHUNK,
    ladder: LADDER,
    transcribe: async (request) => {
      const chunk = (request.chunk.spans[0]?.[0] ?? 0) / CHUNK;
      const { takes, deaths } = schedules[Number(request.recording)]!;
      await setTimeout(takes[chunk]);
      if (activityInfo().attempt <= deaths[chunk]!) throw dies();
      if (LADDER.indexOf(request.rung.precision as (typeof LADDER)[number]) < FITS[chunk]!)
        throw outOfMemory();
      return said(request);
    },
  });
  const { activities } = fakes;
  const begin = (index: number, name: keyof Schedule['others']): void => {
    if (activityInfo().attempt <= schedules[index]!.others[name]) throw dies();
  };
  const indexOf = (job: string): number => Number(/^schedule-(\d+)/.exec(job)?.[1]);
  return {
    ...fakes,
    activities: {
      ...activities,
      ingest: async (source) => {
        begin(Number(source.name), 'ingest');
        return { ...(await activities.ingest(source)), key: source.name };
      },
      plan: (input) => {
        begin(Number(input.recording), 'plan');
        return activities.plan(input);
      },
      save: (input) => {
        begin(indexOf(input.job), 'save');
        return activities.save(input);
      },
      publish: (input) => {
        begin(indexOf(input.job), 'publish');
        return activities.publish(input);
      },
    },
  };
}

/** What is said of a section, whichever rungs its chunks came to. */
const saidIn = ({ segments }: PackedSection) =>
  segments.map(({ start, end, text }) => ({ start, end, text }));

const expected = Array.from({ length: CHUNKS }, (_, chunk) => ({
  start: chunk * 20,
  end: (chunk + 1) * 20,
  text: FITS[chunk] === LADDER.length ? '[ERROR: LH_OUT_OF_MEMORY]' : `from ${chunk * CHUNK}`,
}));

let rounds = 0;

it('any order of completion and any schedule of retries and falls gives the same merge', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(schedule, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (schedules) => {
      rounds += 1;
      const fakes = going(schedules);
      const results = await bench.with(fakes, () =>
        Promise.all(
          schedules.map(async (_, index) => {
            const { source, ...request } = requestOf({ language: 'en' });
            const named = { ...request, source: { ...source, name: String(index) } };
            const handle = await bench.start(named, { workflowId: `schedule-${index}-${rounds}` });
            return (await handle.result()) as TranscriptionResult;
          }),
        ),
      );
      for (const { job, segments, gaps, sections } of results) {
        const saved = SECTIONS.map((_, section) => fakes.saved.get(`jobs/${job}/${section}`)!);
        expect(saved.flatMap(saidIn)).toEqual(expected);
        expect({ segments, gaps, sections }).toEqual({
          segments: CHUNKS,
          gaps: 1,
          sections: SECTIONS.length,
        });
      }
    }),
    // One round takes many seconds: what fails is shown as it came.
    { numRuns: 1, endOnFailure: true },
  );
}, 120_000);
