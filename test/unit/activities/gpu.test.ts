import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CancelledFailure } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGpuActivities } from '../../../activities/gpu.ts';
import { openFolderStore } from '../../../activities/store/folder.ts';
import type { Store } from '../../../activities/store/store.ts';
import { transcribeChunk, type TranscribeWindow } from '../../../activities/transcribe.ts';
import type { WindowState } from '../../../models/engine/protocol.ts';
import type { WindowResult } from '../../../models/whisper/session.ts';
import {
  MAX_CHUNK_SAMPLES,
  type ChunkAnswer,
  type ChunkRequest,
  type ChunkResult,
  type Rung,
} from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { gate } from '../../support/gate.ts';
import { quietEnvironment } from './environment.ts';

const RECORDING = 'recordings/a.pcm';
const rung: Rung = { model: 'base', revision: 'r', graph: 1, precision: 'int8', queue: 'gpu.base' };
const request: ChunkRequest = {
  recording: RECORDING,
  chunk: {
    spans: [
      [2, 4],
      [10, 13],
    ],
  },
  rung,
  decode: { language: 'auto' },
};

const heard = (text: string): WindowResult => ({
  language: 'en',
  languageProbability: 0.98765,
  noSpeech: 0.004,
  averageLogProbability: Math.log(0.5),
  temperature: 0,
  isWhole: true,
  tokens: [1, 2],
  segments: [{ start: 0, end: 5, text }],
});

describe('the transcribe activity', () => {
  let folder = '';
  let store: Store;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longhand-gpu-'));
    store = await openFolderStore(folder);
    // The value of each sample is its place, the first three below zero.
    const recording = Int16Array.from({ length: 1000 }, (_, place) => (place < 3 ? -place : place));
    await store.put(RECORDING, Buffer.from(recording.buffer));
  });
  afterEach(async () => {
    vi.useRealTimers();
    await rm(folder, { recursive: true, force: true });
  });

  function answer(
    transcribe: TranscribeWindow,
    asked = request,
    environment = quietEnvironment(),
    refuses: (rung: Rung) => string | null = () => null,
  ): Promise<ChunkAnswer> {
    const activities = createGpuActivities({
      store,
      transcribe,
      device: 'cuda:0',
      worker: 'gpu 1@host',
      refuses,
      freeMemory: () => Promise.resolve(512),
    });
    return environment.run<[], ChunkAnswer, () => Promise<ChunkAnswer>>(() => activities.transcribe(asked));
  }

  async function run(...given: Parameters<typeof answer>): Promise<ChunkResult> {
    return (await answer(...given)).result;
  }

  it('packs the words of a window, if it has any', async () => {
    const words = [
      { start: 0, end: 3, text: 'he', probability: 0.987 },
      { start: 3, end: 5, text: ' said', probability: 1 },
    ];
    const window = { ...heard('he said'), segments: [{ start: 0, end: 5, text: 'he said', words }] };
    const { segments } = await run(() => Promise.resolve(window));
    expect(segments[0]?.words).toEqual([
      [0, 3, 2, 99],
      [3, 5, 5, 100],
    ]);
  });

  it('hands the samples of the spans, joined, to the device, and returns what it heard', async () => {
    const calls: unknown[] = [];
    const result = await run((...[onRung, pcm, decode]) => {
      calls.push([onRung, [...pcm], decode]);
      return Promise.resolve(heard('hello'));
    });
    expect(calls).toEqual([[rung, [-2, 3, 10, 11, 12], { language: 'auto' }]]);
    expect(result).toEqual({
      language: 'en',
      languageProbability: 0.99,
      confidence: 0.5,
      noSpeech: 0,
      temperature: 0,
      segments: [{ start: 0, end: 5, text: 'hello' }],
    });
  });

  it('commits before it returns: the next attempt, also of another job, does not ask the device', async () => {
    const first = await run(() => Promise.resolve(heard('hello')));
    let asked = 0;
    const never: TranscribeWindow = () => Promise.resolve(heard(`again ${++asked}`));
    expect(await run(never)).toEqual(first);
    expect(await run(never, { ...request, rung: { ...rung, queue: 'gpu.other' } })).toEqual(first);
    expect(asked).toBe(0);
  });

  it('is refused by a busy device where the request allows it, but not what the store has', async () => {
    let asked = 0;
    const hear: TranscribeWindow = () => Promise.resolve(heard(`hello ${++asked}`));
    const isBusy = ({ precision }: Rung) => `too busy for ${precision}`;
    const lowerable = { ...request, mayRefuse: true as const };
    const refused = answer(hear, lowerable, quietEnvironment(), isBusy);
    await expect(refused).rejects.toMatchObject({ code: 'LH_DEVICE_BUSY', message: 'too busy for int8' });
    expect(asked).toBe(0);
    expect((await answer(hear, request, quietEnvironment(), isBusy)).run.found).toBe(false);
    expect((await answer(hear, lowerable, quietEnvironment(), isBusy)).run.found).toBe(true);
    expect(asked).toBe(1);
  });

  it('says what it is at, as far as it knows', async () => {
    const states: string[] = [];
    const dependencies = {
      store,
      transcribe: ((_rung, _pcm, _decode, _signal, onState) => {
        onState('encoding');
        onState('decoding');
        return Promise.resolve(heard('hello'));
      }) satisfies TranscribeWindow,
      signal: new AbortController().signal,
      isAlone: false,
      onState: (state: string) => void states.push(state),
      by: { attempt: 1, worker: 'gpu 1@host', device: 'cpu' },
    };
    await transcribeChunk(request, dependencies);
    expect(states).toEqual(['reading', 'waiting', 'encoding', 'decoding', 'committing']);
    await transcribeChunk(request, dependencies);
    expect(states.slice(5)).toEqual(['reading']);
  });

  it('says who did the work, how long it took, and what was there already', async () => {
    const attempt = 3;
    const environment = quietEnvironment({}, { attempt });
    const by = { attempt, worker: 'gpu 1@host', device: 'cuda:0' };
    vi.useFakeTimers({ toFake: ['performance'] });
    const slow: TranscribeWindow = () => {
      vi.advanceTimersByTime(250);
      return Promise.resolve(heard('hello'));
    };
    const { run: done } = await answer(slow, request, environment);
    expect(done).toEqual({ ...by, found: false, seconds: 0.25 });
    const { run: known } = await answer(() => Promise.reject(new Error('asked')), request, environment);
    expect(known).toEqual({ ...by, found: true, seconds: 0 });
  });

  it.each([
    ['precision', { rung: { ...rung, precision: 'fp32' as const } }],
    ['revision', { rung: { ...rung, revision: 's' } }],
    ['graph', { rung: { ...rung, graph: 2 } }],
    ['language', { decode: { language: 'de' } }],
    ['samples', { chunk: { spans: [[2, 4] as const] } }],
  ])('asks the device again for another %s', async (_, other) => {
    await run(() => Promise.resolve(heard('first')));
    const result = await run(() => Promise.resolve(heard('second')), { ...request, ...other });
    expect(result.segments[0]?.text).toBe('second');
  });

  it('says what was said first when another job commits the same chunk meanwhile', async () => {
    const early: ChunkResult[] = [];
    const late = await run(async () => {
      early.push(await run(() => Promise.resolve(heard('early'))));
      return heard('late');
    });
    expect([late]).toEqual(early);
    expect(late.segments[0]?.text).toBe('early');
  });

  it('lets a cancel reach the device, and commits nothing', async () => {
    const environment = quietEnvironment();
    let reached = false;
    const { passed: onDevice, open: begun } = gate();
    const ended = run(
      async (...[, , , signal]) => {
        begun();
        await setTimeout(60_000, undefined, { signal }).catch(() => (reached = true));
        throw new Error('aborted');
      },
      request,
      environment,
    );
    await onDevice;
    environment.cancel('CANCELLED');
    await expect(ended).rejects.toThrow(CancelledFailure);
    expect(reached).toBe(true);
    expect((await run(() => Promise.resolve(heard('fresh')))).segments[0]?.text).toBe('fresh');
  });

  describe('whose engine ends', () => {
    const died = (details = {}) => new LonghandError('LH_ENGINE_DIED', 'The engine ended', { details });
    const short = () =>
      new LonghandError('LH_OUT_OF_MEMORY', 'The engine ended for lack of memory', {
        details: { died: true },
      });

    /** One attempt that gets so far and fails; what was thrown, the kills in its last heartbeat, and whether it was alone. */
    async function attempt(error: Error, before: object | undefined, ...states: WindowState[]) {
      const environment = quietEnvironment({}, { heartbeatDetails: before });
      const beats: unknown[] = [];
      environment.on('heartbeat', (details) => beats.push(details));
      let alone: boolean | null = null;
      const failed = await answer(
        (...[, , , , onState, isAlone]) => {
          alone = isAlone;
          states.forEach(onState);
          return Promise.reject(error);
        },
        request,
        environment,
      ).catch((thrown: unknown) => thrown);
      return { failed, last: beats.at(-1), alone };
    }

    it('is computed alone from then on, and is poison after the third', async () => {
      const first = await attempt(died(), undefined, 'encoding');
      expect(first).toMatchObject({ failed: { code: 'LH_ENGINE_DIED' }, last: { kills: 1 }, alone: false });
      const second = await attempt(died(), { kills: 1 }, 'loading');
      expect(second).toMatchObject({ failed: { code: 'LH_ENGINE_DIED' }, last: { kills: 2 }, alone: true });
      const third = await attempt(died(), { kills: 2 }, 'encoding', 'decoding');
      expect(third).toMatchObject({
        failed: { code: 'LH_CHUNK_POISON', message: expect.stringContaining('3 engines') as string },
        alone: true,
      });
    });

    it('is not blamed where it only waited', async () => {
      const waiting = await attempt(died(), { kills: 2 });
      expect(waiting).toMatchObject({ failed: { code: 'LH_ENGINE_DIED' }, last: undefined });
      const starved = await attempt(short(), undefined);
      expect(starved).toMatchObject({ failed: { code: 'LH_ENGINE_DIED' }, last: undefined });
    });

    it('for lack of memory falls where it was alone, with its rung and what is free', async () => {
      const first = await attempt(short(), undefined, 'encoding');
      expect(first).toMatchObject({ failed: { code: 'LH_ENGINE_DIED' }, last: { kills: 1 }, alone: false });
      const second = await attempt(short(), { kills: 1 }, 'encoding');
      const { model, precision, queue } = rung;
      const details = { rung: { model, precision, queue }, free: 512 };
      expect(second).toMatchObject({ failed: { code: 'LH_OUT_OF_MEMORY', details }, alone: true });
    });

    it('leaves a window that did not fit into an engine that lives as it is', async () => {
      const error = new LonghandError('LH_OUT_OF_MEMORY', 'Too little');
      const { failed } = await attempt(error, undefined, 'encoding');
      expect(failed).toMatchObject({ code: 'LH_OUT_OF_MEMORY', details: { free: 512 } });
    });
  });

  it.each([
    ['no samples', []],
    ['too many samples', [[0, MAX_CHUNK_SAMPLES + 1] as const]],
  ])('refuses a chunk of %s', async (_, spans) => {
    const asked = { ...request, chunk: { spans } };
    await expect(run(() => Promise.resolve(heard('x')), asked)).rejects.toMatchObject({
      code: 'LH_ENGINE_INPUT',
    });
  });

  it('says so when the recording is gone', async () => {
    await store.delete(RECORDING);
    await expect(run(() => Promise.resolve(heard('x')))).rejects.toMatchObject({ code: 'LH_STORE_MISSING' });
  });
});
