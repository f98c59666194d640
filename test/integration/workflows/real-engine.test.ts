/** The ladder with a real engine below it: memory that really runs out, and engines that are really killed. */
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGpuActivities } from '../../../activities/gpu.ts';
import { openFolderStore } from '../../../activities/store/folder.ts';
import type { Store } from '../../../activities/store/store.ts';
import type { EngineModel, WindowState } from '../../../models/engine/protocol.ts';
import { freeMemoryOf } from '../../../workers/device.ts';
import { KeptEngine } from '../../../workers/kept-engine.ts';
import type { Precision, Rung } from '../../../workflows/contract.ts';
import { ControlGroup } from '../../support/control-group.ts';
import { realModel } from '../../support/real-model.ts';
import { until } from '../../support/until.ts';
import { limitMemory, realWindows, SETTINGS } from '../engine/bench.ts';
import { Bench } from './bench.ts';
import { makeFakes, type Fakes } from './fakes.ts';
import { summariesOf } from './operator.ts';

const MB = 1e6;
const LIMIT = 180_000;
/** Whisper base in 32 bits needs some 700 MB to be loaded; a window in 8 bits, once it is, less than 200. */
const GROUP = 400 * MB;
const HAS_GROUPS = await ControlGroup.canBeMade();

let bench: Bench;
let models: Readonly<Partial<Record<Precision, EngineModel>>>;
let folder = '';
let store: Store;
/** Where each chunk of the recording ends, in samples. */
let ends: readonly number[];
let engine: KeptEngine;

beforeAll(async () => {
  const [server, int8, fp32] = await Promise.all([Bench.start(), realModel('int8'), realModel('fp32')]);
  bench = server;
  models = { int8, fp32 };
}, LIMIT);
afterAll(() => bench[Symbol.asyncDispose]());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-ladder-'));
  store = await openFolderStore(folder);
  const windows = realWindows(models.int8!, 2);
  let end = 0;
  ends = windows.map(({ pcm }) => (end += pcm.length));
  const pieces = windows.map(({ pcm }) => Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength));
  await store.put('recording', Buffer.concat(pieces));
  engine = await KeptEngine.start(SETTINGS, models.int8!);
}, LIMIT);
afterEach(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A gpu worker's activities on the engine, below a recording of two chunks. `onState` hears what the engine is at. */
function onEngine(ladder: readonly Precision[], onState: OnState = () => undefined): Fakes {
  const fakes = makeFakes({ sections: [ends.at(-1) ?? 0], ladder });
  const gpu = createGpuActivities({
    store,
    device: 'cpu',
    worker: 'gpu.cpu 1@host',
    freeMemory: () => freeMemoryOf('cpu'),
    transcribe: (rung, pcm, decode, signal, say, isAlone) =>
      engine.transcribe({ model: models[rung.precision]!, pcm, decode, isAlone }, signal, (state) => {
        say(state);
        onState(rung, state, pcm.length);
      }),
  });
  const plan = () =>
    Promise.resolve(ends.map((end, index) => ({ spans: [[ends[index - 1] ?? 0, end] as const] })));
  return { ...fakes, activities: { ...fakes.activities, ...gpu, plan } };
}

const textOf = ({ saved }: Fakes): string =>
  [...saved.values()].flatMap(({ segments }) => segments.map(({ text }) => text)).join(' ');
const triesOf = ({ reports }: Fakes) =>
  reports.flatMap(({ chunks }) =>
    chunks.map(({ tries }) => tries.map(({ precision, failure }) => [precision, failure?.code ?? 'text'])),
  );

type OnState = (rung: Rung, state: WindowState, samples: number) => void;

/** Resolves when a process has a file of a folder open. */
const whenReading = (pid: number, folder: string): Promise<true> =>
  until(() => {
    const files = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
    return files.some((file) => file.startsWith(folder));
  }, `Expected the engine to read ${folder}`);

/** Where a link leads; an empty string where it is gone. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Runs a transcription below a limit that fp32 exceeds and int8 fits. */
async function expectFalls(onState?: OnState): Promise<void> {
  const fakes = onEngine(['fp32', 'int8'], onState);
  const { workflowId, result } = await bench.transcribe(fakes, { language: 'en' });
  expect(result).toMatchObject({ gaps: 0, falls: 2 });
  expect(triesOf(fakes)).toEqual(
    Array(2).fill([
      ['fp32', 'LH_OUT_OF_MEMORY'],
      ['int8', 'text'],
    ]),
  );
  expect(textOf(fakes)).toContain('what your country can do');
  // Each fall is a bar of its own, whose failure says rung and memory and asks for no retry.
  const history = await bench.history(workflowId);
  const bars = summariesOf(history).filter(({ name }) => name === 'transcribe');
  expect(bars.map(({ summary }) => String(summary).split(' · ')[2])).toEqual([
    'fp32',
    'fp32',
    'int8',
    'int8',
  ]);
  const failures = (history.events ?? []).flatMap(({ activityTaskFailedEventAttributes: failed }) =>
    failed?.failure?.applicationFailureInfo ? [failed.failure.applicationFailureInfo] : [],
  );
  expect(failures).toHaveLength(2);
  for (const { type, nonRetryable, details } of failures) {
    expect([type, nonRetryable]).toEqual(['LH_OUT_OF_MEMORY', true]);
    const [payload] = details?.payloads ?? [];
    expect(JSON.parse(Buffer.from(payload?.data ?? []).toString())).toMatchObject({
      rung: { model: 'base', precision: 'fp32', queue: 'gpu.base' },
      free: expect.any(Number) as number,
    });
  }
}

describe('memory that fp32 exceeds and int8 fits', { timeout: LIMIT }, () => {
  it('as a limit of the address space makes chunks fall, each as a bar of its own', async () => {
    const first = engine.pid ?? 0;
    limitMemory(first, 64 * MB);
    await expectFalls();
    // After the second in a row the process was ended as well, though each had released its session.
    expect(engine.pid).not.toBe(first);
  });

  it.skipIf(!HAS_GROUPS)('as a control group whose engines the kernel kills does as well', async () => {
    await using group = ControlGroup.create(GROUP)!;
    // Each chunk is under suspicion once, then alone.
    const kills = 4;
    await expectFalls(({ precision }, state) => {
      const pid = engine.pid!;
      // The engine has found room and reads the graphs by then: what it asked for is no longer there.
      if (precision === 'fp32' && state === 'loading') {
        void whenReading(pid, models.fp32!.graphs)
          .then(() => group.take(pid))
          .catch(() => undefined);
      }
      // Not before: an engine that is in the group already is not killed for 32 bits, but refuses them.
      if (precision === 'int8' && state === 'encoding' && group.kills() === kills) group.take(pid);
    });
    expect(group.kills()).toBe(kills);
    expect(group.holds(engine.pid!)).toBe(true);
    await engine[Symbol.asyncDispose]();
  });
});

describe('a chunk that ends its engine', { timeout: LIMIT }, () => {
  it('three times falls as poison, and takes no other along', async () => {
    let kills = 0;
    const poison = ends[0];
    const fakes = onEngine(['int8', 'fp32'], ({ precision }, state, samples) => {
      if (precision !== 'int8' || state !== 'encoding' || samples !== poison) return;
      kills += 1;
      process.kill(engine.pid!, 'SIGKILL');
    });
    const { result } = await bench.transcribe(fakes, { language: 'en' });
    expect(result).toMatchObject({ gaps: 0, falls: 1 });
    expect(triesOf(fakes)).toEqual([
      [
        ['int8', 'LH_CHUNK_POISON'],
        ['fp32', 'text'],
      ],
      [['int8', 'text']],
    ]);
    expect(kills).toBe(3);
  });
});
