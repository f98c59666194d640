/** Files that ffmpeg stumbles on: the second, tolerant decode. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ingest } from '../../activities/ingest/ingest.ts';
import { openFolderStore } from '../../activities/store/folder.ts';
import { SAMPLE_RATE, type Recording } from '../../workflows/contract.ts';
import { audio, clipsOf, decodeAll, FFMPEG, temporaryFolder } from './audio.ts';

const TIME_LIMIT = 30_000;
const path = temporaryFolder();
let files = 0;

/** Ingests bytes under a file name into a store of their own. Gives the recording and its samples. */
async function ingested(bytes: Buffer, name: string): Promise<Recording & { pcm: Buffer }> {
  files += 1;
  await mkdir(path(`${files}`));
  const file = path(`${files}/${name}`);
  await writeFile(file, bytes);
  const folder = path(`${files}/store`);
  const store = await openFolderStore(folder);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const source = { uri: pathToFileURL(file).href, name, sha256 };
  try {
    const recording = await ingest(source, { store, ffmpeg: FFMPEG });
    expect(await ingest(source, { store, ffmpeg: FFMPEG })).toEqual(recording);
    return { ...recording, pcm: (await store.get(recording.key))! };
  } finally {
    expect(await readdir(join(folder, '.tmp'))).toEqual([]);
  }
}

/** A file with 2,000 bytes in its middle overwritten. */
async function damaged(file: string): Promise<Buffer> {
  const bytes = await readFile(audio(file));
  return bytes.fill(0xa5, Math.floor(bytes.length * 0.4), Math.floor(bytes.length * 0.4) + 2000);
}

/** Samples by which sound may be moved: clocks of containers tick in milliseconds. */
const MOVED = 32;
/** Samples at the end that no damage in the middle reaches: clusters of WebM are some seconds long. */
const TAIL = 0.8 * SAMPLE_RATE;

/** How much the end of `whole` is at the same place in `got`: 1 where they are, about 0 where not. */
function likeness(whole: Buffer, got: Buffer): number {
  const lags = Array.from({ length: 2 * MOVED + 1 }, (_, lag) => lag - MOVED);
  return Math.max(...lags.map((lag) => likenessAt(whole, got, lag)));
}

function likenessAt(whole: Buffer, got: Buffer, lag: number): number {
  let [product, own, other] = [0, 0, 0];
  const end = Math.min(whole.length, got.length - 2 * lag);
  for (let at = whole.length - 2 * TAIL; at + 1 < end; at += 2) {
    const [a, b] = [whole.readInt16LE(at), got.readInt16LE(at + 2 * lag)];
    product += a * b;
    own += a * a;
    other += b * b;
  }
  return product / Math.sqrt(own * other);
}

describe('damage in the middle', () => {
  // What containers with a clock lose is filled with silence: what follows keeps its time.
  it.each(['jfk.ogg', 'jfk.opus', 'jfk.mka', 'jfk.webm', 'jfk.m4a', 'jfk.wma', 'jfk_alac.m4a'])(
    'of %s is said, and what follows keeps its time',
    async (name) => {
      const file = `formats/${name}`;
      const { samples, remark, pcm } = await ingested(await damaged(file), name);
      expect(remark).toMatch(/^The source is damaged: ffmpeg complained /);
      const whole = await decodeAll(audio(file));
      expect(Math.abs(samples - whole.length / 2)).toBeLessThan(SAMPLE_RATE / 10);
      expect(likeness(whole, pcm)).toBeGreaterThan(0.9);
    },
    TIME_LIMIT,
  );

  it('gives the same samples each time', { timeout: TIME_LIMIT }, async () => {
    const bytes = await damaged('formats/jfk.webm');
    const [first, second] = [await ingested(bytes, 'a.webm'), await ingested(bytes, 'a.webm')];
    expect(second.pcm.equals(first.pcm)).toBe(true);
  });

  it('that moves the clock by an hour makes no hour of silence', { timeout: TIME_LIMIT }, async () => {
    const bytes = await readFile(audio('formats/jfk.mka'));
    // The second cluster's time: EBML element E7 right behind the cluster's head, of two bytes.
    const cluster = bytes.indexOf(
      Buffer.from([0x1f, 0x43, 0xb6, 0x75]),
      bytes.indexOf(Buffer.from([0x1f, 0x43, 0xb6, 0x75])) + 4,
    );
    const time = bytes.indexOf(0xe7, cluster);
    expect(time - cluster).toBeLessThan(16);
    bytes.writeUInt16BE(0xffff, time + 2);
    const { samples } = await ingested(bytes, 'clock.mka');
    expect(samples / SAMPLE_RATE).toBeGreaterThan(10);
    expect(samples / SAMPLE_RATE).toBeLessThan(14);
  });

  it('that nothing can be made of is refused', { timeout: TIME_LIMIT }, async () => {
    const bytes = await readFile(audio('broken/truncated.m4a'));
    await expect(ingested(bytes, 'cut.m4a')).rejects.toMatchObject({ code: 'LH_AUDIO_UNREADABLE' });
  });
});

describe('a file that lies', () => {
  it(
    'by its extension, behind a picture of 3 MB, is told by its content',
    { timeout: TIME_LIMIT },
    async () => {
      const mp3 = await readFile(audio('formats/jfk_vbr.mp3'));
      const bytes = Buffer.concat([id3(Buffer.alloc(3_000_000, 0x5a)), mp3]);
      const { samples, remark } = await ingested(bytes, 'talk.m4a');
      expect(samples).toBe(11 * SAMPLE_RATE);
      expect(remark).toMatch(
        /^The source is damaged: 11\.0 s of 11\.[01] s could be decoded on a second try\.$/,
      );
    },
  );

  it('by its length is decoded as far as it goes', { timeout: TIME_LIMIT }, async () => {
    const bytes = await readFile(audio('formats/jfk.opus'));
    const half = bytes.subarray(0, Math.floor(bytes.length / 2));
    expect((await ingested(half, 'half.opus')).samples).toBeGreaterThan(4 * SAMPLE_RATE);
    const flac = await readFile(audio('en/jfk.flac'));
    const { samples, remark } = await ingested(flac.subarray(0, Math.floor(flac.length / 2)), 'half.flac');
    expect(samples).toBeGreaterThan(4 * SAMPLE_RATE);
    expect(remark).toMatch(/^The source is /);
  });
});

describe('a sound file', async () => {
  it.each(await clipsOf('formats'))(
    '$file is decoded once, as it always was, without a remark',
    async ({ file }) => {
      const { remark, pcm } = await ingested(await readFile(audio(file)), file.replace('formats/', ''));
      expect(remark).toBeUndefined();
      expect(pcm.equals(await decodeAll(audio(file)))).toBe(true);
    },
    TIME_LIMIT,
  );
});

/** An ID3v2.4 tag with a cover picture. */
function id3(picture: Buffer): Buffer {
  const safe = (size: number): number[] => [21, 14, 7, 0].map((shift) => (size >> shift) & 127);
  const body = Buffer.concat([Buffer.from('\0image/jpeg\0\u0003\0', 'latin1'), picture]);
  const frame = Buffer.concat([Buffer.from('APIC'), Buffer.from([...safe(body.length), 0, 0]), body]);
  return Buffer.concat([Buffer.from('ID3\u0004\0\0', 'latin1'), Buffer.from(safe(frame.length)), frame]);
}
