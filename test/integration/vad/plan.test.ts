import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planSection } from '../../../activities/plan/plan.ts';
import { openFolderStore } from '../../../activities/store/folder.ts';
import { recordingKey } from '../../../activities/store/keys.ts';
import type { Store } from '../../../activities/store/store.ts';
import { SileroVad } from '../../../models/vad/silero.ts';
import { MAX_CHUNK_SAMPLES, type Chunk } from '../../../workflows/contract.ts';
import { noise, tone } from '../../support/sounds.ts';
import { decoded } from './audio.ts';

const SECOND = 16_000;

interface Manifest {
  readonly clips: readonly {
    readonly file: string;
    readonly segments?: readonly { readonly start: number; readonly end: number }[];
  }[];
}

let folder: string;
let store: Store;
let vad: SileroVad;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-plan-'));
  store = await openFolderStore(folder);
  vad = await SileroVad.load();
}, 20_000);

afterAll(async () => {
  vad[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

/** Keeps `samples` as a recording named `name` and plans all of it as one section. */
async function plan(name: string, samples: Int16Array): Promise<Chunk[]> {
  const recording = recordingKey(name);
  await store.put(recording, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  return planSection({ recording, start: 0, end: samples.length, language: 'auto' }, { store, vad });
}

/** Samples of `[start, end)` that no chunk holds. */
const missing = (chunks: readonly Chunk[], start: number, end: number): number =>
  chunks
    .flatMap((chunk) => chunk.spans)
    .reduce(
      (rest, span) => rest - Math.max(0, Math.min(span[1], end) - Math.max(span[0], start)),
      end - start,
    );

const speechIn = (chunks: readonly Chunk[]): number =>
  chunks.flatMap((chunk) => chunk.spans).reduce((sum, [start, end]) => sum + end - start, 0);

describe('the plan of a section', () => {
  test('holds what is said between long silences, and leaves the silences out', async () => {
    const manifest = JSON.parse(
      await readFile(new URL('../../audio/manifest.json', import.meta.url), 'utf8'),
    ) as Manifest;
    const segments = manifest.clips.find(({ file }) => file === 'en/long_silence.opus')?.segments ?? [];
    expect(segments.length).toBeGreaterThan(1);
    const samples = await decoded('en/long_silence.opus');
    const chunks = await plan('long-silence', samples);
    for (const { start, end } of segments) {
      const from = Math.round((start + 0.3) * SECOND);
      const to = Math.round((end - 0.3) * SECOND);
      // A clip holds pauses of its own; what a plan leaves out of it is quieter than any word.
      expect(loudestMissing(samples, chunks, from, to)).toBeLessThan(0.02);
    }
    expect(speechIn(chunks)).toBeLessThan(0.4 * samples.length);
  }, 30_000);

  test('covers continuous speech with chunks of at most 30 s', async () => {
    const samples = await decoded('en/dialogue_two_speakers.opus');
    const chunks = await plan('dialogue', samples);
    expect(chunks).toHaveLength(3);
    for (const chunk of chunks) expect(speechIn([chunk])).toBeLessThanOrEqual(MAX_CHUNK_SAMPLES);
    expect(missing(chunks, 0, samples.length)).toBeLessThan(0.1 * samples.length);
  }, 30_000);

  test('is empty in digital silence, in noise and in a tone', async () => {
    expect(await plan('silence', new Int16Array(20 * SECOND))).toEqual([]);
    expect(await plan('quiet-noise', noise(20 * SECOND, 300))).toEqual([]);
    expect(await plan('loud-noise', noise(20 * SECOND, 20_000))).toEqual([]);
    expect(await plan('tone', tone(20 * SECOND, 440, 10_000))).toEqual([]);
  }, 30_000);

  test("is on the recording's clock", async () => {
    const clip = await decoded('en/jfk.flac');
    const samples = new Int16Array(60 * SECOND);
    samples.set(clip, 40 * SECOND);
    const recording = recordingKey('late');
    await store.put(recording, new Uint8Array(samples.buffer));
    const chunks = await planSection(
      { recording, start: 35 * SECOND, end: 55 * SECOND, language: 'en' },
      { store, vad },
    );
    const first = chunks[0]?.spans[0]?.[0] ?? 0;
    expect(first).toBeGreaterThan(39.5 * SECOND);
    expect(first).toBeLessThan(41 * SECOND);
    expect(chunks.at(-1)?.spans.at(-1)?.[1]).toBeLessThanOrEqual(55 * SECOND);
  }, 30_000);

  test('is made once: again without the recording and without voice activity detection', async () => {
    const chunks = await plan('once', await decoded('en/jfk.flac'));
    expect(chunks).toHaveLength(1);
    await store.delete(recordingKey('once'));
    const heard = { probabilities: () => Promise.reject(new Error('heard again')) };
    const input = { recording: recordingKey('once'), start: 0, end: 11 * SECOND, language: 'auto' };
    expect(await planSection(input, { store, vad: heard })).toEqual(chunks);
  }, 30_000);

  test('names a recording that is gone', async () => {
    const input = { recording: recordingKey('none'), start: 0, end: SECOND, language: 'auto' };
    await expect(planSection(input, { store, vad })).rejects.toMatchObject({ code: 'LH_STORE_MISSING' });
  }, 30_000);
});

/** Root mean square, 0–1, of the loudest 100 ms in `[start, end)` that no chunk holds. */
function loudestMissing(samples: Int16Array, chunks: readonly Chunk[], start: number, end: number): number {
  const step = SECOND / 10;
  let loudest = 0;
  for (let position = start; position + step <= end; position += step) {
    if (missing(chunks, position, position + step) < step) continue;
    const energy = samples.subarray(position, position + step).reduce((sum, sample) => sum + sample ** 2, 0);
    loudest = Math.max(loudest, Math.sqrt(energy / step) / 32_768);
  }
  return loudest;
}
