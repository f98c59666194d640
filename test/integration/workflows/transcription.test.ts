import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancellationSignal, heartbeat } from '@temporalio/activity';
import type { Progress, TranscriptionResult } from '../../../workflows/contract.ts';
import { gate } from '../../support/gate.ts';
import { Bench, requestOf } from './bench.ts';
import { makeFakes, outOfMemory, rungOf, said, SECONDS } from './fakes.ts';
import { Looks } from './looks.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(() => bench[Symbol.asyncDispose]());

describe('a recording of one section', () => {
  it('becomes a transcript in plan order, whatever order its chunks end in', async () => {
    const fakes = makeFakes({
      transcribe: async (request) => {
        // The first chunk ends last.
        await setTimeout(request.chunk.spans[0]?.[0] === 0 ? 300 : 0);
        return said(request);
      },
    });
    const { workflowId, result } = await bench.transcribe(fakes);
    const [job = ''] = fakes.published.map((input) => input.job);
    expect(result).toEqual({
      job,
      recording: { key: 'recording', samples: 60 * SECONDS, sectionEnds: [60 * SECONDS] },
      ladder: [rungOf('int8')],
      sections: 1,
      outputs: [
        { format: 'json', uri: 'file:///out/talk.json' },
        { format: 'txt', uri: 'file:///out/talk.txt' },
      ],
      duration: 60,
      speech: 60,
      language: 'en',
      segments: 3,
      gaps: 0,
      falls: 0,
    });
    const [transcript] = fakes.saved.values();
    expect(transcript?.segments.map(({ text }) => text)).toEqual(['from 0', 'from 320000', 'from 640000']);
    expect(transcript?.segments.map(({ start }) => start)).toEqual([0, 20, 40]);
    expect(job).toContain(workflowId);
    expect([...fakes.saved.keys()]).toEqual([`jobs/${job}/0`]);
    expect((await bench.history(workflowId)).events?.length).toBeLessThan(60);
  });

  it('that an operator resets after its section was saved publishes that section', async () => {
    const fakes = makeFakes();
    await bench.with(fakes, async () => {
      const { workflowId } = await bench.start(requestOf(), { workflowId: 'talk-reset' });
      const handle = bench.client.workflow.getHandle(workflowId);
      const { job } = (await handle.result()) as TranscriptionResult;
      const events = (await bench.history(workflowId)).events ?? [];
      const tasks = events.filter((event) => event.workflowTaskCompletedEventAttributes);
      // The task before the last asked for the publishing.
      const reset = await bench.client.workflowService.resetWorkflowExecution({
        namespace: bench.client.options.namespace,
        workflowExecution: { workflowId },
        workflowTaskFinishEventId: tasks.at(-2)?.eventId ?? null,
        requestId: 'reset',
      });
      const again = bench.client.workflow.getHandle(workflowId, reset.runId);
      expect(((await again.result()) as TranscriptionResult).job).toBe(job);
      expect(fakes.published.map((input) => input.job)).toEqual([job, job]);
      expect([...fakes.saved.keys()]).toEqual([`jobs/${job}/0`]);
    });
  });

  it('without speech becomes an empty transcript', async () => {
    const fakes = makeFakes({ overrides: { plan: () => Promise.resolve([]) } });
    const { result } = await bench.transcribe(fakes);
    expect(result).toMatchObject({ speech: 0, language: null, segments: 0, gaps: 0 });
    expect([...fakes.saved.values()]).toEqual([{ segments: [], chunks: [] }]);
  });
});

describe('a long recording', () => {
  it('runs its sections as children, three at once, in order, and progress never goes down', async () => {
    const sections = Array<number>(7).fill(40 * SECONDS);
    const looks = new Looks<Progress>();
    let running = 0;
    let most = 0;
    const { passed: three, open } = gate();
    const base = makeFakes({ sections });
    const activities: typeof base.activities = {
      ...base.activities,
      ingest: async (source) => {
        await looks.next();
        return base.activities.ingest(source);
      },
      plan: async (input) => {
        most = Math.max(most, ++running);
        if (running === 3) open();
        await three;
        return base.activities.plan(input);
      },
      save: async (input) => {
        await looks.next();
        // Sections end in no order.
        if (input.section % 2 === 0) await looks.next();
        running -= 1;
        return base.activities.save(input);
      },
    };
    const fakes = { ...base, activities };
    const { seen } = looks;
    const workflowId = await bench.with(fakes, async () => {
      const handle = await bench.start(requestOf());
      await looks.during(handle.result(), () => bench.progress(handle));
      return handle.workflowId;
    });

    expect(most).toBe(3);
    expect(await bench.childrenOf(workflowId)).toEqual(
      sections.map((_, index) => `${workflowId}/${index + 1}`),
    );
    const job = fakes.published[0]?.job ?? '';
    expect([...fakes.saved.keys()].sort()).toEqual([...'0123456'].map((index) => `jobs/${job}/${index}`));
    expect(fakes.published[0]?.sections).toBe(7);
    const committed = seen.map((progress) => progress.committed);
    expect(committed).toEqual([...committed].sort((a, b) => a - b));
    // Nothing, what the first three have, what the next three have, and all: it was looked at in each.
    expect(new Set(committed).size).toBeGreaterThan(3);
    expect(seen.every(({ running: ids }) => ids.length <= 3)).toBe(true);
    expect(seen.at(-1)).toEqual({
      phase: 'done',
      committed: 7 * 40 * SECONDS,
      total: 7 * 40 * SECONDS,
      gaps: 0,
      falls: 0,
      sectionsDone: 7,
      sections: 7,
      job,
      running: [],
    });
    // Ten or so for ingest and publish, a task of its own (three events) for each of the first three starts, then a start
    // and an end for each child: no chunk is in it.
    expect((await bench.history(workflowId)).events?.length).toBeLessThan(36 + 8 * sections.length);
  });

  it('pools the language of all its sections', async () => {
    const fakes = makeFakes({
      sections: [20 * SECONDS, 40 * SECONDS],
      transcribe: (request) =>
        said(request, { language: (request.chunk.spans[0]?.[0] ?? 0) < 20 * SECONDS ? 'zh' : 'ru' }),
    });
    expect((await bench.transcribe(fakes)).result.language).toBe('ru');
  });
});

describe('the language', () => {
  const hear = (doubt: number) =>
    makeFakes({
      transcribe: (request) => {
        const isSecond = request.chunk.spans[0]?.[0] === 20 * SECONDS;
        return isSecond && request.decode.language === 'auto'
          ? said(request, { language: 'nn', languageProbability: doubt })
          : said(request);
      },
    });

  it('of a chunk that doubts it is heard again as the section speaks', async () => {
    const fakes = hear(0.4);
    const { result } = await bench.transcribe(fakes);
    expect(fakes.requests.map(({ decode }) => decode.language)).toEqual(['auto', 'auto', 'auto', 'en']);
    const [transcript] = fakes.saved.values();
    expect(transcript?.chunks.map(({ language }) => language)).toEqual(['en', 'en', 'en']);
    expect(result.language).toBe('en');
  });

  it('of a chunk that is sure of it stays', async () => {
    const fakes = hear(0.95);
    await bench.transcribe(fakes);
    expect(fakes.requests).toHaveLength(3);
    const [transcript] = fakes.saved.values();
    expect(transcript?.segments.map(({ language }) => language)).toEqual(['en', 'nn', 'en']);
  });

  it('that the caller names is asked of every chunk, once', async () => {
    const fakes = hear(0.1);
    await bench.transcribe(fakes, { language: 'de' });
    expect(fakes.requests.map(({ decode }) => decode.language)).toEqual(['de', 'de', 'de']);
  });

  it('of the first section with speech is that of all, where the file has one', async () => {
    const sections = [20 * SECONDS, 40 * SECONDS, 20 * SECONDS, 20 * SECONDS];
    // Nothing in the first section; in the second as much German as Chinese, both sure of it.
    const fakes = makeFakes({
      sections,
      transcribe: (request) => {
        const start = request.chunk.spans[0]?.[0] ?? 0;
        if (request.decode.language !== 'auto') return said(request);
        if (start === 0) return said(request, { segments: [] });
        return said(request, { language: start === 20 * SECONDS ? 'de' : 'zh', languageProbability: 0.9 });
      },
    });
    const asked = { languages: ['de', 'zh'], languagePer: 'file', task: 'translate', prompt: 'p' } as const;
    const { result } = await bench.transcribe(fakes, { ...asked, hotwords: 'h', words: true });
    expect(result.language).toBe('de');
    const rest = { task: 'translate', prompt: 'p', hotwords: 'h', words: true };
    const open = { language: 'auto', languages: ['de', 'zh'], ...rest };
    const told = { language: 'de', ...rest };
    const heard = new Map<number, unknown[]>();
    for (const { chunk, decode } of fakes.requests) {
      const start = (chunk.spans[0]?.[0] ?? 0) / SECONDS;
      heard.set(start, [...(heard.get(start) ?? []), decode]);
    }
    expect(Object.fromEntries(heard)).toEqual({
      0: [open],
      20: [open],
      40: [open, told],
      60: [told],
      80: [told],
    });
    expect(fakes.published[0]?.header.options).toMatchObject({
      ...asked,
      hotwords: 'h',
      words: true,
      language: 'auto',
    });
  });

  it('leaves a doubtful text as it is where hearing it again fails', async () => {
    const fakes = makeFakes({
      transcribe: (request) => {
        if (request.decode.language !== 'auto') throw outOfMemory();
        const isSecond = request.chunk.spans[0]?.[0] === 20 * SECONDS;
        return said(request, isSecond ? { language: 'nn', languageProbability: 0.4 } : {});
      },
    });
    expect((await bench.transcribe(fakes)).result).toMatchObject({ segments: 3, gaps: 0 });
  });
});

describe('cancelling', () => {
  it.each([
    ['one section', [60 * SECONDS]],
    ['children', [20 * SECONDS, 20 * SECONDS]],
  ])('reaches the activities of %s, and ends as cancelled', async (_, sections) => {
    const chunks = sections.reduce((sum, samples) => sum + samples / (20 * SECONDS), 0);
    let begun = 0;
    let stopped = 0;
    const fakes = makeFakes({
      sections,
      transcribe: async (request) => {
        begun += 1;
        const signal = cancellationSignal();
        const timer = setInterval(() => heartbeat(), 100);
        try {
          await setTimeout(30_000, undefined, { signal });
        } catch {
          stopped += 1;
          throw signal.reason;
        } finally {
          clearInterval(timer);
        }
        return said(request);
      },
    });
    await bench.with(fakes, async () => {
      const handle = await bench.start(requestOf());
      while (begun < chunks) await setTimeout(20);
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
      expect((await handle.describe()).status.name).toBe('CANCELLED');
      for (let waited = 0; stopped < chunks && waited < 10_000; waited += 50) await setTimeout(50);
      expect([begun, stopped]).toEqual([chunks, chunks]);
    });
    expect(fakes.published).toEqual([]);
  });
});
