import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import type { LookInput } from '../../../activities/types.ts';
import type { Rung, TranscriptionResult } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { codedFailure } from '../../../workflows/failures.ts';
import { gate } from '../../support/gate.ts';
import { until } from '../../support/until.ts';
import { Bench, requestOf } from './bench.ts';
import { makeFakes, outOfMemory, rungOf, said, SECONDS, type Fakes } from './fakes.ts';
import { currentDetails, rowsOf } from './operator.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(() => bench[Symbol.asyncDispose]());

const resultOf = (handle: WorkflowHandle) => handle.result() as Promise<TranscriptionResult>;
const rungRow = async (handle: WorkflowHandle) => rowsOf(await currentDetails(handle)).Rung;
const startOf = ({ chunk }: Fakes['requests'][number]) => (chunk.spans[0]?.[0] ?? 0) / SECONDS;
const rungsOf = ({ requests }: Fakes) => requests.map(({ rung }) => rung.precision);

/** What a look at the queues says: `served` are those that have workers, and may be changed. */
const lookAt =
  (served: Set<string>, looks: LookInput[] = []) =>
  (input: LookInput): Promise<void> => {
    looks.push(input);
    if (served.has(input.queue) === (input.until === 'served')) return Promise.resolve();
    return Promise.reject(new LonghandError('LH_QUEUE_UNSERVED', 'Looks again'));
  };

describe('a rung that nobody serves', { timeout: 90_000 }, () => {
  it('is passed over, by sections that come later without a look of their own, and costs no fall', async () => {
    const looks: LookInput[] = [];
    const fakes = makeFakes({
      sections: Array<number>(5).fill(20 * SECONDS),
      ladder: [rungOf('fp16', 'gpu.absent'), 'int8'],
      overrides: { look: lookAt(new Set(['gpu.base']), looks) },
    });
    await bench.with(fakes, async () => {
      const handle = await bench.start(requestOf());
      expect(await resultOf(handle)).toMatchObject({ segments: 5, gaps: 0, falls: 0 });
      expect(await rungRow(handle)).toBe('2 int8 of 1 fp16, 2 int8 · passed over: nobody serves gpu.absent');
    });
    expect(rungsOf(fakes)).toEqual(Array(5).fill('int8'));
    // The first three sections run before anybody knows.
    expect(looks.filter((look) => look.until === 'unserved')).toHaveLength(3);
    expect(fakes.reports.flatMap(({ chunks }) => chunks.flatMap(({ tries }) => tries))).toHaveLength(5);
  });

  it('is waited for where no other is served, visibly; whichever gets a worker first goes on', async () => {
    const served = new Set<string>();
    const fakes = makeFakes({
      sections: [20 * SECONDS],
      ladder: [rungOf('fp16', 'gpu.absent'), rungOf('int8', 'cpu.late')],
      overrides: { look: lookAt(served) },
    });
    await bench.with(fakes, async () => {
      const handle = await bench.start(requestOf());
      const waits = '1 fp16 of 1 fp16, 2 int8 · waits: nobody serves gpu.absent, cpu.late';
      // The second is looked at once its turn has come.
      await until(
        async () => (await rungRow(handle))?.startsWith('2 int8 of 1 fp16, 2 int8 · passed over'),
        'Expected the first rung to be passed over',
      );
      await until(async () => (await rungRow(handle)) === waits, 'Expected the chunk to wait');
      served.add('cpu.late');
      await bench.serving(fakes, 'cpu.late', async () => {
        expect(await resultOf(handle)).toMatchObject({ segments: 1, gaps: 0, falls: 0 });
      });
    });
    expect(rungsOf(fakes)).toEqual(['int8']);
  });

  it('is none once a worker has answered: what waits then is not looked after', async () => {
    const { passed, open } = gate();
    const looks: LookInput[] = [];
    const fakes = makeFakes({
      ladder: [rungOf('fp16'), rungOf('int8', 'cpu.other')],
      transcribe: async (request) => {
        if (startOf(request) > 0) await passed;
        return said(request);
      },
      overrides: { look: lookAt(new Set(), looks) },
    });
    await bench.with(fakes, async () => {
      const handle = await bench.start(requestOf());
      // Longer than a chunk may wait for its first answer.
      await setTimeout(7000);
      open();
      await resultOf(handle);
    });
    expect(rungsOf(fakes)).toEqual(Array(3).fill('fp16'));
    expect(looks).toEqual([]);
  });

  it('makes a chunk that fell a gap with its reason, since none is left', async () => {
    const fakes = makeFakes({
      sections: [20 * SECONDS],
      ladder: ['fp16', rungOf('int8', 'cpu.absent')],
      transcribe: () => {
        throw outOfMemory();
      },
      overrides: { look: lookAt(new Set(['gpu.base'])) },
    });
    const { result } = await bench.transcribe(fakes);
    expect(result).toMatchObject({ gaps: 1, falls: 1 });
    const [transcript] = fakes.saved.values();
    expect(transcript?.chunks[0]?.gap?.code).toBe('LH_OUT_OF_MEMORY');
  });
});

describe('falls', () => {
  it('in a row make later sections start lower, and the result does not depend on who ends first', async () => {
    const fakes = makeFakes({
      sections: Array<number>(8).fill(20 * SECONDS),
      ladder: ['fp32', 'int8'],
      transcribe: (request) => {
        if (request.rung.precision === 'fp32') throw outOfMemory();
        return said(request);
      },
    });
    await bench.with(fakes, async () => {
      const handle = await bench.start(requestOf());
      const { falls, gaps } = await resultOf(handle);
      expect(gaps).toBe(0);
      // Three in a row say it; those that run beside them cannot know yet.
      expect(falls).toBeGreaterThanOrEqual(3);
      expect(falls).toBeLessThanOrEqual(5);
      const last = fakes.requests.filter((request) => startOf(request) >= 120);
      expect(last.map(({ rung }) => rung.precision)).toEqual(['int8', 'int8']);
      expect(await rungRow(handle)).toBe('2 int8 of 1 fp32, 2 int8');
    });
  });
});

describe('a device that is too busy for a rung', { timeout: 60_000 }, () => {
  const busy = (): LonghandError => new LonghandError('LH_DEVICE_BUSY', 'The device is too busy');
  const isRefusable = ({ requests }: Fakes) => requests.map(({ mayRefuse = false }) => mayRefuse);

  it('may leave a chunk to the one below only where the request allows it and another is there', async () => {
    const scenario = { sections: [20 * SECONDS], ladder: ['fp16', 'int8'] as const };
    const asked = makeFakes(scenario);
    await bench.transcribe(asked);
    const allowed = makeFakes(scenario);
    await bench.transcribe(allowed, { lowerUnderLoad: true });
    const alone = makeFakes({ ...scenario, ladder: ['int8'] });
    await bench.transcribe(alone, { lowerUnderLoad: true });
    expect([asked, allowed, alone].flatMap(isRefusable)).toEqual([false, true, false]);
  });

  it.each([
    ['one section', [20 * SECONDS]],
    ['children', [20 * SECONDS, 20 * SECONDS]],
  ])('hands on the chunks of %s, which are no gaps', async (_, sections) => {
    const fakes = makeFakes({
      sections,
      ladder: ['fp16', 'int8-fp16', 'int8'],
      transcribe: (request) => {
        if (request.mayRefuse) throw busy();
        return said(request);
      },
    });
    const { result } = await bench.transcribe(fakes, { lowerUnderLoad: true });
    expect(result).toMatchObject({ segments: sections.length, gaps: 0, falls: 2 * sections.length });
    const [report] = fakes.reports;
    expect(report?.chunks[0]?.tries.map(({ precision, failure }) => [precision, failure?.code])).toEqual([
      ['fp16', 'LH_DEVICE_BUSY'],
      ['int8-fp16', 'LH_DEVICE_BUSY'],
      ['int8', undefined],
    ]);
  });

  it('is asked again, and may not refuse, where what is below has no memory for the chunk', async () => {
    const fakes = makeFakes({
      sections: [20 * SECONDS],
      ladder: ['fp16', 'int8'],
      transcribe: (request) => {
        if (request.rung.precision === 'int8') throw outOfMemory();
        if (request.mayRefuse) throw busy();
        return said(request);
      },
    });
    const { result } = await bench.transcribe(fakes, { lowerUnderLoad: true });
    expect(result).toMatchObject({ segments: 1, gaps: 0 });
    expect(rungsOf(fakes)).toEqual(['fp16', 'int8', 'fp16']);
    expect(isRefusable(fakes)).toEqual([true, false, false]);
  });

  it('is asked again where nobody serves what is below', async () => {
    const fakes = makeFakes({
      sections: [20 * SECONDS],
      ladder: ['fp16', rungOf('int8', 'cpu.absent')],
      transcribe: (request) => {
        if (request.mayRefuse) throw busy();
        return said(request);
      },
      overrides: { look: lookAt(new Set(['gpu.base'])) },
    });
    const { result } = await bench.transcribe(fakes, { lowerUnderLoad: true });
    expect(result).toMatchObject({ segments: 1, gaps: 0 });
    expect(rungsOf(fakes)).toEqual(['fp16', 'fp16']);
  });

  it('leaves a gap where no rung at all has the memory', async () => {
    const fakes = makeFakes({
      sections: [20 * SECONDS],
      ladder: ['fp16', 'int8'],
      transcribe: (request) => {
        throw request.mayRefuse ? busy() : outOfMemory();
      },
    });
    const { result } = await bench.transcribe(fakes, { lowerUnderLoad: true });
    expect(result).toMatchObject({ gaps: 1 });
    expect(rungsOf(fakes)).toEqual(['fp16', 'int8', 'fp16']);
    const [transcript] = fakes.saved.values();
    expect(transcript?.chunks[0]?.gap?.code).toBe('LH_OUT_OF_MEMORY');
  });
});

describe('the ceiling', () => {
  const setCeiling = (handle: WorkflowHandle, rung: unknown) =>
    handle.executeUpdate<Rung, [unknown]>('setCeiling', { args: [rung] });

  it('is a rung of the ladder, and everything else is refused with what was expected', async () => {
    const { passed, open } = gate();
    const fakes = makeFakes({
      sections: [20 * SECONDS],
      ladder: ['fp32', rungOf('int8', 'cpu.base')],
      transcribe: async (request) => {
        await passed;
        return said(request);
      },
    });
    await bench.with(fakes, async () => {
      const handle = await bench.start(requestOf());
      await until(() => fakes.requests.length === 1, 'Expected the chunk to be asked for');
      for (const wanted of ['0', '3', 'int8', 'other:int8@cpu', '', 2]) {
        const refused = await setCeiling(handle, wanted).catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(WorkflowUpdateFailedError);
        expect(codedFailure((refused as WorkflowUpdateFailedError).cause)).toEqual({
          code: 'LH_OPTION_INVALID',
          message:
            'Expected the ceiling to be a rung of the ladder (1 fp32, 2 int8@cpu), by its number or its name, ' +
            `got \`${String(wanted)}\``,
        });
      }
      expect(await setCeiling(handle, '2')).toEqual(rungOf('int8', 'cpu.base'));
      expect(await setCeiling(handle, 'fp32')).toEqual(rungOf('fp32'));
      expect(await setCeiling(handle, 'base:int8@cpu')).toEqual(rungOf('int8', 'cpu.base'));
      expect(await rungRow(handle)).toBe('2 int8@cpu of 1 fp32, 2 int8@cpu · ceiling 2 int8@cpu');
      open();
      await resultOf(handle);
    });
    // What was on its way stays there, and no refusal stands in the history.
    expect(rungsOf(fakes)).toEqual(['fp32']);
  });

  it('set before the ladder is known waits for it', async () => {
    const { passed, open } = gate();
    const fakes = makeFakes({
      sections: [20 * SECONDS],
      ladder: ['fp32', 'int8'],
      overrides: { resolve: () => passed.then(() => [rungOf('fp32'), rungOf('int8')]) },
    });
    await bench.with(fakes, async () => {
      const handle = await bench.start(requestOf());
      const setting = setCeiling(handle, 'int8');
      const refused = setCeiling(handle, 'fp16').catch((error: unknown) => error);
      open();
      expect(await setting).toEqual(rungOf('int8'));
      expect(codedFailure(((await refused) as WorkflowUpdateFailedError).cause)?.code).toBe(
        'LH_OPTION_INVALID',
      );
      await resultOf(handle);
    });
    expect(rungsOf(fakes)).toEqual(['int8']);
  });

  it('is obeyed by the next chunks, in sections that run and in those to come', async () => {
    const { passed: planned, open } = gate();
    const base = makeFakes({ sections: Array<number>(5).fill(20 * SECONDS), ladder: ['fp32', 'int8'] });
    const fakes: Fakes = {
      ...base,
      activities: {
        ...base.activities,
        plan: async (input) => {
          await planned;
          return base.activities.plan(input);
        },
      },
    };
    await bench.with(fakes, async () => {
      const handle = await bench.start(requestOf());
      // They are named before they are started: the ceiling reaches them either way.
      await until(async () => (await bench.progress(handle)).running.length === 3, 'Expected sections');
      await setCeiling(handle, 'int8');
      open();
      await resultOf(handle);
    });
    expect(rungsOf(fakes)).toEqual(Array(5).fill('int8'));
  });
});

describe('a request without gaps', () => {
  it.each([
    ['one section', [60 * SECONDS]],
    ['children', [40 * SECONDS, 20 * SECONDS]],
  ])(
    'fails as a whole where a chunk of %s has no text, naming its times and its reason',
    async (_, sections) => {
      const fakes = makeFakes({
        sections,
        transcribe: (request) => {
          if (startOf(request) === 20) throw outOfMemory();
          return said(request);
        },
      });
      const error = await bench.transcribe(fakes, { gaps: 'fail' }).catch(codedFailure);
      expect(error).toEqual({
        code: 'LH_GAP',
        message:
          'Expected a text for all speech, but 00:20–00:40 has none: ' +
          'LH_OUT_OF_MEMORY: The device has too little memory',
      });
      expect(fakes.published).toEqual([]);
    },
  );
});

describe('gaps that are done again', () => {
  it.each([
    ['one section', [60 * SECONDS]],
    ['children', [40 * SECONDS, 20 * SECONDS]],
  ])('are the only chunks of %s that reach a device, on the ladder of today', async (_, sections) => {
    const today = [rungOf('fp32'), rungOf('int8')];
    // As it was before an update.
    const ladder = today.map((rung) => ({ ...rung, graph: 1 }));
    const again = {
      job: 'talk.before',
      recording: {
        key: 'recording',
        samples: 60 * SECONDS,
        sectionEnds: sections.map((_, index) => sections.slice(0, index + 1).reduce((a, b) => a + b)),
      },
      ladder,
    };
    const never = () => Promise.reject(new LonghandError('LH_SOURCE_MISSING', 'Asked for the source'));
    const recalled: number[] = [];
    const fakes = makeFakes({
      sections,
      overrides: {
        ingest: never,
        resolve: () => Promise.resolve(today),
        known: ({ job, section, ladder: of }) => {
          expect([job, of]).toEqual(['talk.before', ladder]);
          const chunks = (sections[section] ?? 0) / (20 * SECONDS);
          const isFirst = section === 0;
          // The second chunk of the first section has no text.
          return Promise.resolve(
            Array.from({ length: chunks }, (_, index) =>
              isFirst && index === 1 ? [] : [['auto', 1] as const],
            ),
          );
        },
        recall: (request) => {
          recalled.push(startOf(request));
          expect(request.rung).toEqual({ ...rungOf('int8'), graph: 1 });
          const run = { attempt: 1, worker: 'media', device: 'store', seconds: 0, found: true };
          return Promise.resolve({ result: said(request), run });
        },
      },
    });
    await bench.with(fakes, async () => {
      const result = await resultOf(await bench.start({ ...requestOf(), again }));
      expect(result).toMatchObject({
        segments: 3,
        gaps: 0,
        falls: 0,
        recording: again.recording,
        ladder: today,
      });
    });
    expect(fakes.requests.map((request) => [startOf(request), request.rung])).toEqual([[20, today[0]]]);
    expect(recalled.sort((a, b) => a - b)).toEqual([0, 40]);
    expect(fakes.published).toHaveLength(1);
  });

  it('takes a text that the store has lost from a device', async () => {
    const recording = { key: 'recording', samples: 20 * SECONDS, sectionEnds: [20 * SECONDS] };
    const again = { job: 'talk.before', recording, ladder: [rungOf('int8')] };
    const fakes = makeFakes({
      sections: [20 * SECONDS],
      overrides: { known: () => Promise.resolve([[['auto', 0] as const]]) },
    });
    await bench.with(fakes, async () => {
      expect(await resultOf(await bench.start({ ...requestOf(), again }))).toMatchObject({ segments: 1 });
    });
    expect(fakes.requests).toHaveLength(1);
  });
});
