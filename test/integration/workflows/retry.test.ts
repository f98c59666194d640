/** A client that sets the ceiling, and does gaps again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGpuActivities } from '../../../activities/gpu.ts';
import { knownTexts, recall } from '../../../activities/recall.ts';
import { saveSection } from '../../../activities/save.ts';
import { openFolderStore } from '../../../activities/store/folder.ts';
import type { Store } from '../../../activities/store/store.ts';
import { Longhand } from '../../../client/index.ts';
import type { Precision, TranscriptionOptions } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { gate } from '../../support/gate.ts';
import { until } from '../../support/until.ts';
import { heard } from '../../support/window-result.ts';
import { Bench, requestOf } from './bench.ts';
import { makeFakes, rungOf, SECONDS, type Fakes } from './fakes.ts';

let bench: Bench;
let folder = '';
let store: Store;
let longhand: Longhand;
beforeAll(async () => {
  [bench, folder] = await Promise.all([Bench.start(), mkdtemp(join(tmpdir(), 'longhand-retry-'))]);
  store = await openFolderStore(folder);
  longhand = new Longhand({ address: bench.server.address, store: folder });
});
afterAll(async () => {
  await longhand.close();
  await bench[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

let recordings = 0;

/**
 * A recording whose every two samples say their place and their recording, so that no test finds another's chunks: its
 * key in the store, and the second at which a chunk starts.
 */
async function record(samples: number) {
  const seed = ++recordings << 24;
  const key = `recording-${recordings}`;
  await store.put(key, Buffer.from(Int32Array.from({ length: samples / 2 }, (_, at) => at ^ seed).buffer));
  const startOf = (pcm: Int16Array): number =>
    (2 * (((pcm[0]! & 0xffff) | (pcm[1]! << 16)) ^ seed)) / SECONDS;
  return { key, startOf };
}

/** Activities that keep what they do in the store, with a device that has room for a window where `fits` says so. */
async function withStore(
  sections: readonly number[],
  fits: (start: number, precision: Precision) => boolean,
): Promise<{ readonly fakes: Fakes; readonly computed: string[]; readonly ingests: () => number }> {
  const samples = sections.reduce((a, b) => a + b, 0);
  const { key, startOf } = await record(samples);
  const computed: string[] = [];
  let ingests = 0;
  const base = makeFakes({ sections, ladder: ['fp32', 'int8'] });
  const gpu = createGpuActivities({
    store,
    device: 'cpu',
    worker: 'gpu',
    freeMemory: () => Promise.resolve(null),
    transcribe: ({ precision }, pcm) => {
      const start = startOf(pcm);
      computed.push(`${start} ${precision}`);
      if (!fits(start, precision)) throw new LonghandError('LH_OUT_OF_MEMORY', 'Too little memory');
      return Promise.resolve(heard([{ start: 0, end: pcm.length, text: `${start} in ${precision}` }]));
    },
  });
  const activities: Fakes['activities'] = {
    ...base.activities,
    ...gpu,
    ingest: async (source) => {
      ingests += 1;
      return { ...(await base.activities.ingest(source)), key };
    },
    save: async (input) => {
      await base.activities.save(input);
      await saveSection(input, store);
    },
    known: (input) => knownTexts(input, store),
    recall: (request) => recall(request, { store, worker: 'media' }),
  };
  return { fakes: { ...base, activities }, computed, ingests: () => ingests };
}

const startOn = async (options: Partial<TranscriptionOptions> = {}) =>
  longhand.get((await bench.start(requestOf({ language: 'en', ...options }))).workflowId);

describe('retryGaps', () => {
  it.each([
    ['one section', [60 * SECONDS]],
    ['children', [40 * SECONDS, 20 * SECONDS]],
  ])('of %s gives only the gaps to a device, keeps what fell, and publishes anew', async (_, sections) => {
    let isShort = true;
    // The first chunk falls, the second fits nowhere, the third is well.
    const { fakes, computed, ingests } = await withStore(
      sections,
      (start, precision) => !isShort || start === 40 || (start === 0 && precision === 'int8'),
    );
    await bench.with(fakes, async () => {
      const first = await startOn();
      expect(await first.result()).toMatchObject({ gaps: 1, segments: 3 });
      expect([...computed].sort()).toEqual(['0 fp32', '0 int8', '20 fp32', '20 int8', '40 fp32']);

      isShort = false;
      computed.length = 0;
      const again = await first.retryGaps();
      expect([again.id, again.attached]).toEqual([first.id, false]);
      expect(await again.result()).toMatchObject({ gaps: 0, segments: 3, falls: 0 });
      expect(computed).toEqual(['20 fp32']);
      expect(ingests()).toBe(1);
      const jobs = fakes.published.map(({ job }) => job);
      expect(new Set(jobs).size).toBe(2);
      const texts = [...fakes.saved]
        .filter(([key]) => key.startsWith(`jobs/${jobs[1]}/`))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([, { segments }]) => segments.map(({ text }) => text));
      expect(texts).toEqual(['0 in int8', '20 in fp32', '40 in fp32']);

      // There is nothing left to do, whichever handle asks.
      const none = await first.retryGaps();
      expect(none.attached).toBe(true);
      expect(await none.result()).toMatchObject({ gaps: 0, job: jobs[1] });
      expect(fakes.published).toHaveLength(2);
    });
  });

  it('of a transcript with other steps hears its gaps, and other steps of one without them are made anew', async () => {
    let isShort = true;
    const { fakes, computed } = await withStore([60 * SECONDS], (start) => !isShort || start !== 20);
    await bench.with(fakes, async () => {
      const first = await startOn();
      await first.result();
      const other = await longhand.reprocess(first.id, { text: [{ step: 'unicode' }], formats: ['txt'] });
      expect(await other.result()).toMatchObject({ gaps: 1, segments: 3 });

      isShort = false;
      computed.length = 0;
      const again = await other.retryGaps();
      expect(again.id).toBe(other.id);
      expect(await again.result()).toMatchObject({ gaps: 0, segments: 3 });
      expect(computed).toEqual(['20 fp32']);
      expect(await (await again.retryGaps()).result()).toMatchObject({ gaps: 0 });

      await (await first.retryGaps()).result();
      const anew = await longhand.reprocess(first.id, { text: [{ step: 'unicode' }], formats: ['txt'] });
      expect(anew.id).not.toBe(other.id);
      expect(await anew.result()).toMatchObject({ gaps: 0, segments: 3 });
      expect(computed).toEqual(['20 fp32']);
    });
  });

  it('of a source that was fetched does not fetch it again', async () => {
    let isShort = true;
    let fetches = 0;
    const { fakes, ingests } = await withStore([40 * SECONDS], (start) => !isShort || start === 0);
    const fetch: Fakes['activities']['fetch'] = (input) => {
      fetches += 1;
      return fakes.activities.fetch(input);
    };
    await bench.with({ ...fakes, activities: { ...fakes.activities, fetch } }, async () => {
      const source = { uri: 'https://example.org/talk.mp3', name: 'talk.mp3', sha256: null };
      const { workflowId } = await bench.start({ ...requestOf({ language: 'en' }), source });
      const first = longhand.get(workflowId);
      expect(await first.result()).toMatchObject({ gaps: 1, fetched: { sha256: 'ab' } });
      isShort = false;
      expect(await (await first.retryGaps()).result()).toMatchObject({ gaps: 0, fetched: { sha256: 'ab' } });
      expect([fetches, ingests()]).toEqual([1, 1]);
      expect(fakes.published.map(({ header }) => header.source.sha256)).toEqual(['ab', 'ab']);
    });
  });

  it('makes a request that wants no gaps again, and rejects with whatever else it ended with', async () => {
    let isShort = true;
    const { fakes, computed } = await withStore([40 * SECONDS], (start) => !isShort || start === 0);
    await bench.with(fakes, async () => {
      const first = await startOn({ gaps: 'fail' });
      await expect(first.result()).rejects.toMatchObject({
        code: 'LH_GAP',
        message: expect.stringContaining('00:20–00:40') as string,
      });
      isShort = false;
      computed.length = 0;
      expect(await (await first.retryGaps()).result()).toMatchObject({ gaps: 0, segments: 2 });
      expect(computed).toEqual(['20 fp32']);
    });
    const broken = makeFakes({
      overrides: { ingest: () => Promise.reject(new LonghandError('LH_AUDIO_NO_SOUND', 'A film')) },
    });
    await bench.with(broken, async () => {
      const failed = await startOn();
      await expect(failed.retryGaps()).rejects.toMatchObject({ code: 'LH_AUDIO_NO_SOUND' });
    });
  });

  it('goes on with a retry that failed', async () => {
    let [isShort, mayWrite] = [true, true];
    const { fakes, computed } = await withStore([60 * SECONDS], (start) => !isShort || start !== 20);
    const publish: Fakes['activities']['publish'] = (input) =>
      mayWrite
        ? fakes.activities.publish(input)
        : Promise.reject(new LonghandError('LH_NOT_WRITABLE', 'Expected to write there'));
    await bench.with({ ...fakes, activities: { ...fakes.activities, publish } }, async () => {
      const first = await startOn();
      expect(await first.result()).toMatchObject({ gaps: 1 });
      [isShort, mayWrite] = [false, false];
      const refused = await first.retryGaps();
      await expect(refused.result()).rejects.toMatchObject({ code: 'LH_NOT_WRITABLE' });
      mayWrite = true;
      computed.length = 0;
      const again = await first.retryGaps();
      expect(again.attached).toBe(false);
      expect(await again.result()).toMatchObject({ gaps: 0, segments: 3 });
      // What the retry before had done of it is in the store, and the rest was never asked of a device.
      expect(computed).toEqual([]);
    });
  });

  it('waits for the end of one that runs, or for its signal', async () => {
    const { passed, open } = gate();
    const base = makeFakes({ sections: [20 * SECONDS] });
    const save: Fakes['activities']['save'] = async (input) => {
      await passed;
      return base.activities.save(input);
    };
    await bench.with({ ...base, activities: { ...base.activities, save } }, async () => {
      const running = await startOn();
      const reason = new Error('enough');
      const later = new AbortController();
      const given = running.retryGaps({ signal: later.signal });
      later.abort(reason);
      await expect(given).rejects.toBe(reason);
      await expect(running.retryGaps({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const waiting = running.retryGaps();
      open();
      expect((await waiting).attached).toBe(true);
    });
  });
});

describe('setCeiling', () => {
  it('takes a number or a name, refuses the rest, and says where it is too late', async () => {
    const { passed, open } = gate();
    const base = makeFakes({ sections: [20 * SECONDS], ladder: ['fp32', 'int8'] });
    const transcribe: Fakes['activities']['transcribe'] = async (request) => {
      const answer = await base.activities.transcribe(request);
      await passed;
      return answer;
    };
    await bench.with({ ...base, activities: { ...base.activities, transcribe } }, async () => {
      const running = await startOn();
      await until(() => base.requests.length > 0, 'Expected a chunk');
      expect(await running.setCeiling(2)).toEqual(rungOf('int8'));
      expect(await running.setCeiling('FP32')).toEqual(rungOf('fp32'));
      await expect(running.setCeiling(3)).rejects.toMatchObject({
        code: 'LH_OPTION_INVALID',
        message:
          'Expected the ceiling to be a rung of the ladder (1 fp32, 2 int8), by its number or its name, got `3`',
      });
      open();
      await running.result();
      await expect(running.setCeiling(1)).rejects.toMatchObject({ code: 'LH_TRANSCRIPTION_ENDED' });
    });
    await expect(longhand.get('none').setCeiling(1)).rejects.toMatchObject({
      code: 'LH_TRANSCRIPTION_UNKNOWN',
    });
  });

  it('says so where no worker answers', async () => {
    const { workflowId } = await bench.start(requestOf());
    const lonely = longhand.get(workflowId);
    await expect(lonely.setCeiling(1)).rejects.toMatchObject({ code: 'LH_WORKERS_AWAY' });
    await lonely.cancel();
  });
});
