import { createHash } from 'node:crypto';
import { appendFileSync, utimesSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashFile } from '../../activities/ingest/hash.ts';
import { ingest } from '../../activities/ingest/ingest.ts';
import { openFolderStore } from '../../activities/store/folder.ts';
import { recordingMetaKey } from '../../activities/store/keys.ts';
import type { Store } from '../../activities/store/store.ts';
import { SAMPLE_RATE, type Source } from '../../workflows/contract.ts';
import { audio, decodeAll, FFMPEG, make, temporaryFolder } from './audio.ts';

const TIME_LIMIT = 60_000;
const path = temporaryFolder();
const failed = (code: string): unknown => expect.objectContaining({ name: 'LonghandError', code });

async function sourceOf(file: string): Promise<Source> {
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  return { uri: pathToFileURL(file).href, name: 'clip', sha256 };
}

let folder = '';
let store: Store;
let stores = 0;
beforeEach(async () => {
  stores += 1;
  folder = path(`store-${stores}`);
  await mkdir(folder);
  store = await openFolderStore(folder);
});

const temporaries = (): Promise<string[]> => readdir(join(folder, '.tmp'));

describe('a recording', () => {
  it('holds the samples ffmpeg gave, and needs its source but once', { timeout: TIME_LIMIT }, async () => {
    const file = path('once.flac');
    await copyFile(audio('en/jfk.flac'), file);
    const source = await sourceOf(file);
    const seen: number[] = [];
    const recording = await ingest(source, {
      store,
      ffmpeg: FFMPEG,
      onProgress: (samples) => seen.push(samples),
    });
    const key = `recordings/${source.sha256}.pcm`;
    expect(recording).toEqual({ key, samples: 11 * SAMPLE_RATE, sectionEnds: [11 * SAMPLE_RATE] });
    expect((await decodeAll(file)).equals((await store.get(key))!)).toBe(true);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(11 * SAMPLE_RATE);
    expect(await temporaries()).toEqual([]);

    await rm(file);
    const none = { ffmpeg: path('none'), ffprobe: path('none') };
    expect(await ingest(source, { store, ffmpeg: none })).toEqual(recording);
  });

  it('of a file with any name', { timeout: TIME_LIMIT }, async () => {
    const file = path('-x %20 слова?#\n.wav');
    await copyFile(audio('formats/jfk_u8.wav'), file);
    const { samples } = await ingest(await sourceOf(file), { store, ffmpeg: FFMPEG });
    expect(samples).toBe(11 * SAMPLE_RATE);
  });

  it('of 25 minutes has sections', { timeout: TIME_LIMIT }, async () => {
    const file = path('long.flac');
    await make('-f', 'lavfi', '-i', 'anoisesrc=r=16000:seed=1', '-t', '1500', file);
    const { samples, sectionEnds } = await ingest(await sourceOf(file), { store, ffmpeg: FFMPEG });
    expect(samples).toBe(1500 * SAMPLE_RATE);
    expect(sectionEnds).toHaveLength(3);
    expect(sectionEnds.at(-1)).toBe(samples);
  });

  it('made twice at once is one', { timeout: TIME_LIMIT }, async () => {
    const source = await sourceOf(audio('formats/jfk.ogg'));
    const [first, second] = await Promise.all([1, 2].map(() => ingest(source, { store, ffmpeg: FFMPEG })));
    expect(first).toEqual(second);
    expect(await temporaries()).toEqual([]);
  });

  it(
    'whose writer died between its two commits is finished without the source',
    { timeout: TIME_LIMIT },
    async () => {
      const file = path('died.ogg');
      await copyFile(audio('formats/jfk.ogg'), file);
      const source = await sourceOf(file);
      const recording = await ingest(source, { store, ffmpeg: FFMPEG });
      await store.delete(recordingMetaKey(source.sha256));
      await rm(file);
      expect(await ingest(source, { store, ffmpeg: FFMPEG })).toEqual(recording);
    },
  );

  it('whose samples are gone is made again', { timeout: TIME_LIMIT }, async () => {
    const source = await sourceOf(audio('formats/jfk.ogg'));
    const recording = await ingest(source, { store, ffmpeg: FFMPEG });
    await store.delete(recording.key);
    expect(await ingest(source, { store, ffmpeg: FFMPEG })).toEqual(recording);
    expect(await store.size(recording.key)).toBe(recording.samples * 2);
  });
});

describe('a source that is refused leaves nothing', () => {
  it.each([
    ['broken/zero_bytes.wav', 'LH_SOURCE_EMPTY'],
    ['broken/text.mp3', 'LH_AUDIO_UNREADABLE'],
    ['broken/truncated.m4a', 'LH_AUDIO_UNREADABLE'],
  ])('%s', async (file, code) => {
    await expect(ingest(await sourceOf(audio(file)), { store, ffmpeg: FFMPEG })).rejects.toEqual(
      failed(code),
    );
    expect(await readdir(folder)).toEqual(['.tmp']);
    expect(await temporaries()).toEqual([]);
  });

  it.each([
    'http://127.0.0.1/a.wav',
    's3://bucket/a.wav',
    'a.wav',
    'file://host/a.wav',
    'file:///a%00b.wav',
    '',
  ])('the URI %j', async (uri) => {
    const source = { uri, name: 'a.wav', sha256: 'a'.repeat(64) };
    const code = uri.includes('%00') ? 'LH_SOURCE_MISSING' : 'LH_SOURCE_SCHEME';
    await expect(ingest(source, { store, ffmpeg: FFMPEG })).rejects.toEqual(failed(code));
  });

  it('other bytes than were meant', async () => {
    const source = { ...(await sourceOf(audio('formats/jfk.ogg'))), sha256: 'a'.repeat(64) };
    await expect(ingest(source, { store, ffmpeg: FFMPEG })).rejects.toEqual(failed('LH_SOURCE_CHANGED'));
  });

  it('a file that changes while it is decoded', { timeout: TIME_LIMIT }, async () => {
    const file = path('changing.wav');
    await copyFile(audio('formats/jfk_u8.wav'), file);
    const change = (samples: number): void => {
      if (samples > 0) utimesSync(file, 1, 1);
    };
    const ingesting = ingest(await sourceOf(file), { store, ffmpeg: FFMPEG, onProgress: change });
    await expect(ingesting).rejects.toEqual(failed('LH_SOURCE_CHANGED'));
    expect(await temporaries()).toEqual([]);
  });

  it('an ingest that is cancelled', { timeout: TIME_LIMIT }, async () => {
    const controller = new AbortController();
    const onProgress = (samples: number): void => {
      if (samples > 0) controller.abort(new Error('cancelled'));
    };
    const source = await sourceOf(audio('formats/jfk_u8.wav'));
    const ingesting = ingest(source, { store, ffmpeg: FFMPEG, signal: controller.signal, onProgress });
    await expect(ingesting).rejects.toThrow('cancelled');
    expect(await store.has(`recordings/${source.sha256}.pcm`)).toBe(false);
    expect(await temporaries()).toEqual([]);
  });
});

describe('a hash', () => {
  it('is that of the bytes', async () => {
    const file = audio('en/jfk.flac');
    const seen: number[] = [];
    const { sha256 } = await hashFile(file, { onProgress: (bytes) => seen.push(bytes) });
    expect(sha256).toBe('b00e72ae3d46ce3fedcc5d4d1d009db197c3ea5192c8395e95fe7013ca885a07');
    expect(seen.at(-1)).toBe((await stat(file)).size);
  });

  it('is refused where the file grows meanwhile', async () => {
    const file = path('growing.wav');
    await copyFile(audio('formats/jfk_u8.wav'), file);
    const grow = (): void => appendFileSync(file, 'x');
    const hashing = hashFile(file, { onProgress: grow });
    await expect(hashing).rejects.toEqual(failed('LH_SOURCE_CHANGED'));
  });

  it('ends with the signal', async () => {
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(hashFile(audio('en/jfk.flac'), { signal })).rejects.toThrow('cancelled');
  });
});
