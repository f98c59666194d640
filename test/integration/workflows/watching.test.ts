import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGpuActivities } from '../../../activities/gpu.ts';
import { openFolderStore } from '../../../activities/store/folder.ts';
import type { Store } from '../../../activities/store/store.ts';
import type { Progress } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { PREVIEW_BYTES } from '../../../workflows/preview.ts';
import { gate } from '../../support/gate.ts';
import { until } from '../../support/until.ts';
import { heard } from '../../support/window-result.ts';
import { Bench, requestOf } from './bench.ts';
import { makeFakes, said, SECONDS, textOf, type Fakes } from './fakes.ts';
import { currentDetails, pendingActivities, rowsOf, summariesOf } from './operator.ts';

/** Milliseconds after which a chunk that is held goes on, should its test have failed. */
const HELD = 50_000;

let bench: Bench;
let folder = '';
let store: Store;
beforeAll(async () => {
  [bench, folder] = await Promise.all([Bench.start(), mkdtemp(join(tmpdir(), 'longhand-watching-'))]);
  store = await openFolderStore(folder);
  // No two samples alike: a chunk's result is found again by its samples.
  const samples = Int32Array.from({ length: (60 * SECONDS) / 2 }, (_, index) => index);
  await store.put('recording', Buffer.from(samples.buffer));
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe('an operator who looks at a transcription', () => {
  it('while it runs reads what each chunk is at, and how far the whole is', async () => {
    const { passed, open } = gate();
    const base = makeFakes({ ladder: ['fp32', 'int8'] });
    const gpu = createGpuActivities({
      freeMemory: () => Promise.resolve(null),
      store,
      device: 'cpu',
      worker: 'gpu.cpu 1@host',
      transcribe: async (rung, pcm, _, signal) => {
        const isFirst = pcm[0] === 0;
        if (isFirst && rung.precision === 'fp32') throw new LonghandError('LH_OUT_OF_MEMORY', 'no room');
        if (!isFirst) await Promise.race([passed, setTimeout(HELD, null, { signal, ref: false })]);
        return heard([{ start: 0, end: pcm.length, text: isFirst ? 'ask not | what' : 'your country' }]);
      },
    });
    const fakes: Fakes = { ...base, activities: { ...base.activities, ...gpu } };
    await bench.with(fakes, async () => {
      const handle = await bench.start(requestOf(), { staticSummary: 'talk.mp3 · base · auto' });
      // Two are pending also between the first chunk's fall and its text.
      const chunks = await until(async () => {
        const { committed } = await handle.query<Progress>('progress');
        const pending = await pendingActivities(handle);
        return committed > 0 && pending.every(({ heartbeat }) => heartbeat) && pending;
      }, 'Expected the first chunk to be committed, and the others to say what they are at');
      const beat = { precision: 'fp32', device: 'cpu', state: 'waiting' };
      // The server names them in no order.
      const beats = chunks.map(({ heartbeat }) => heartbeat as { chunk: string });
      expect(beats.sort((a, b) => a.chunk.localeCompare(b.chunk))).toEqual(
        ['00:20–00:40', '00:40–01:00'].map((chunk) => ({
          chunk,
          ...beat,
          seconds: expect.any(Number) as number,
        })),
      );

      const details = rowsOf(await currentDetails(handle));
      expect(details).toMatchObject({
        Phase: 'transcribe',
        Audio: '00:20 of 01:00 · 33 %',
        Falls: '1',
        Gaps: '0',
        'Last line': 'ask not \\| what',
      });
      expect(details.Speed).toMatch(/^[\d.]+ × real time$/);
      expect(details['Time left']).toMatch(/^\d\d:\d\d$/);
      expect(await handle.query('preview')).toBe('ask not | what');
      expect(await (await handle.describe()).staticSummary()).toBe('talk.mp3 · base · auto');

      open();
      await handle.result();
      expect(rowsOf(await currentDetails(handle))).toMatchObject({
        Phase: 'done',
        Audio: '01:00 of 01:00 · 100 %',
        'Time left': '00:00',
      });
      expect(summariesOf(await bench.history(handle.workflowId))).toEqual([
        { name: 'ingest', summary: 'talk.mp3' },
        { name: 'resolve', summary: 'base · auto' },
        { name: 'plan', summary: 'section 1/1 · 00:00–01:00' },
        { name: 'transcribe', summary: 'chunk 1/3 · 00:00–00:20 · fp32' },
        { name: 'transcribe', summary: 'chunk 2/3 · 00:20–00:40 · fp32' },
        { name: 'transcribe', summary: 'chunk 3/3 · 00:40–01:00 · fp32' },
        { name: 'transcribe', summary: 'chunk 1/3 · 00:00–00:20 · int8' },
        { name: 'save', summary: 'section 1/1 · 00:00–01:00' },
        { name: 'publish', summary: 'json, txt' },
      ]);
    });
  });

  it('of several sections reads which are done, and each for itself', async () => {
    const { passed, open } = gate();
    const fakes = makeFakes({
      sections: [20 * SECONDS, 40 * SECONDS, 40 * SECONDS],
      transcribe: async (request) => {
        // The last chunk of the second section.
        if (request.chunk.spans[0]?.[0] === 40 * SECONDS) await passed;
        return said(request);
      },
    });
    await bench.with(fakes, async () => {
      const handle = await bench.start(requestOf());
      const second = bench.client.workflow.getHandle(`${handle.workflowId}/2`);
      const progress = await until(async () => {
        const seen = await handle.query<Progress>('progress');
        const inSecond = seen.running.length === 1 ? await second.query<Progress>('progress') : null;
        return inSecond?.committed === 20 * SECONDS && seen;
      }, 'Expected one chunk to be left');
      expect(progress).toMatchObject({
        committed: 60 * SECONDS,
        total: 100 * SECONDS,
        sectionsDone: 1,
        sections: 3,
        running: [second.workflowId],
      });

      expect(rowsOf(await currentDetails(handle))).toMatchObject({
        Sections: '1 of 3 done · 2 running',
        Audio: '01:00 of 01:40 · 60 %',
      });
      expect(rowsOf(await currentDetails(second))).toMatchObject({
        Phase: 'transcribe',
        Section: '2 of 3 · 00:20–01:00',
        Audio: '00:20 of 00:40 · 50 %',
        'Last line': `from ${20 * SECONDS}`,
      });
      const third = [60, 80].map((start) => `from ${start * SECONDS}`);
      expect(await handle.query('preview')).toBe(['from 0', '[…]', ...third].join('\n'));
      expect(await second.query('preview')).toBe(`from ${20 * SECONDS}`);

      open();
      await handle.result();
      // On a busy machine an attempt may be lost and made again.
      const all = [...new Set(fakes.requests.map(textOf))].sort(
        (a, b) => Number(a.slice(5)) - Number(b.slice(5)),
      );
      expect(await handle.query('preview')).toBe(all.join('\n'));
      const children = summariesOf(await bench.history(handle.workflowId)).filter(
        ({ name }) => name === 'section',
      );
      expect(children.map(({ summary }) => summary)).toEqual([
        'section 1/3 · 00:00–00:20',
        'section 2/3 · 00:20–01:00',
        'section 3/3 · 01:00–01:40',
      ]);
      expect(summariesOf(await bench.history(second.workflowId))).toEqual([
        { name: 'plan', summary: 'section 2/3 · 00:20–01:00' },
        { name: 'transcribe', summary: 'chunk 1/2 · 00:20–00:40 · int8' },
        { name: 'transcribe', summary: 'chunk 2/2 · 00:40–01:00 · int8' },
        { name: 'save', summary: 'section 2/3 · 00:20–01:00' },
      ]);
    });
  });

  it('of one that failed reads the phase it failed in', async () => {
    const fakes = makeFakes({
      overrides: { publish: () => Promise.reject(new LonghandError('LH_NOT_WRITABLE', 'no')) },
    });
    await bench.with(fakes, async () => {
      const handle = await bench.start(requestOf());
      await expect(handle.result()).rejects.toThrow();
      expect((await handle.query<Progress>('progress')).phase).toBe('publish');
      expect(rowsOf(await currentDetails(handle)).Phase).toBe('publish');
    });
  });
});

describe('the preview', () => {
  it('of an hour of fast speech is at most 2 KB, and a section’s result little more', async () => {
    const fakes = makeFakes({
      sections: Array<number>(6).fill(600 * SECONDS),
      transcribe: (request) => said(request, { segments: [{ start: 0, end: 1, text: '听'.repeat(300) }] }),
    });
    const handle = await bench.with(fakes, async () => {
      const started = await bench.start(requestOf());
      await started.result();
      const shown = await started.query<string>('preview');
      expect(shown).toMatch(/^\[…\]\n听{300}\n听{300}$/);
      expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(PREVIEW_BYTES);
      return started;
    });
    const { events } = await bench.history(handle.workflowId);
    const results = (events ?? []).flatMap(
      ({ childWorkflowExecutionCompletedEventAttributes: done }) => done?.result?.payloads ?? [],
    );
    expect(results).toHaveLength(6);
    for (const { data } of results) expect(data?.length).toBeLessThan(PREVIEW_BYTES + 500);
  });
});
