import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGpuActivities } from '../../../activities/gpu.ts';
import { knownTexts, recall } from '../../../activities/recall.ts';
import { saveSection } from '../../../activities/save.ts';
import { openFolderStore } from '../../../activities/store/folder.ts';
import type { Store } from '../../../activities/store/store.ts';
import type { ChunkAnswer, ChunkRequest, ChunkTry, Rung } from '../../../workflows/contract.ts';
import { heard } from '../../support/window-result.ts';
import { quietEnvironment } from './environment.ts';

const rung = (precision: Rung['precision']): Rung => ({
  ...{ model: 'base', revision: 'r', graph: 1 },
  ...{ precision, queue: 'gpu.base' },
});
const request: ChunkRequest = {
  recording: 'recordings/a.pcm',
  chunk: { spans: [[0, 100]] },
  rung: rung('int8'),
  decode: { language: 'auto' },
};

let folder = '';
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-recall-'));
  store = await openFolderStore(folder);
  await store.put(request.recording, Buffer.alloc(200));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const recalled = (asked = request): Promise<ChunkAnswer | null> =>
  quietEnvironment().run<[], ChunkAnswer | null, () => Promise<ChunkAnswer | null>>(() =>
    recall(asked, { store, worker: 'media 1@host' }),
  );

it('a text that a device has committed is given from the store, as it was', async () => {
  expect(await recalled()).toBeNull();
  const activities = createGpuActivities({
    store,
    device: 'cpu',
    worker: 'gpu 1@host',
    freeMemory: () => Promise.resolve(null),
    transcribe: () => Promise.resolve(heard([{ start: 0, end: 100, text: 'hello' }])),
  });
  const first = await quietEnvironment().run<[], ChunkAnswer, () => Promise<ChunkAnswer>>(() =>
    activities.transcribe(request),
  );
  expect(await recalled()).toMatchObject({
    result: first.result,
    run: { worker: 'media 1@host', device: 'store', found: true },
  });
  expect(await recalled({ ...request, rung: rung('fp32') })).toBeNull();
});

it('a saved section tells on which rungs its chunks got their texts, and which are gaps', async () => {
  const ladder = [rung('fp32'), rung('int8')];
  const run = { attempt: 1, worker: 'gpu', device: 'cpu', seconds: 1, found: false };
  const tried = (precision: Rung['precision'], language: string, isGiven: boolean): ChunkTry => ({
    ...{ model: 'base', precision, queue: 'gpu.base', language },
    ...{ run: isGiven ? run : null, failure: isGiven ? null : { code: 'LH_OUT_OF_MEMORY', message: '' } },
  });
  const spans = request.chunk.spans;
  const chunks = [
    { spans, tries: [tried('fp32', 'auto', true)] },
    { spans, tries: [tried('fp32', 'auto', false), tried('int8', 'auto', true), tried('int8', 'de', true)] },
    { spans, tries: [tried('fp32', 'auto', false), tried('int8', 'auto', false)] },
    { spans, tries: [tried('int7', 'auto', true)] },
  ];
  const transcript = { segments: [], chunks: [] };
  await saveSection({ job: 'talk', section: 0, transcript, report: { chunks } }, store);
  const known = [
    [['auto', 0]],
    [
      ['auto', 1],
      ['de', 1],
    ],
    [],
    [],
  ];
  expect(await knownTexts({ job: 'talk', section: 0, ladder }, store)).toEqual(known);
  expect(await knownTexts({ job: 'talk', section: 1, ladder }, store)).toEqual([]);
});
