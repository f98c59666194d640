import { describe, expect, it } from 'vitest';
import type { Clip } from '../../../../client/cli/dataset/clips.ts';
import { cut } from '../../../../client/cli/dataset/cut.ts';

const RATE = 16_000;
/** A recording of so many samples, each of its own number, in pieces of so many bytes. */
async function* recording(samples: number, piece: number): AsyncGenerator<Buffer> {
  const pcm = Buffer.alloc(2 * samples);
  for (let sample = 0; sample < samples; sample++) pcm.writeUInt16LE(sample % 65_536, 2 * sample);
  for (let at = 0; at < pcm.length; at += piece) yield await Promise.resolve(pcm.subarray(at, at + piece));
}
const clip = (start: number, end: number): Clip => ({
  start,
  end,
  text: 'x',
  language: null,
  last: 'segment 9 (00:00)',
});

async function cutAll(clips: readonly Clip[], piece: number, duration: number | null = null) {
  const taken: [first: number, count: number][] = [];
  for await (const { pcm } of cut({ pcm: recording(RATE, piece), path: '/a/talk.mp3', clips, duration })) {
    taken.push([pcm.readUInt16LE(0), pcm.length / 2]);
  }
  return taken;
}

describe('cut', () => {
  it.each([1001, 4096, 64_000])('gives each clip its very samples, in pieces of %i bytes', async (piece) => {
    const clips = [clip(0, 10), clip(10, 700), clip(701, 9000), clip(15_999, 16_000)];
    expect(await cutAll(clips, piece)).toEqual([
      [0, 10],
      [10, 690],
      [701, 8299],
      [15_999, 1],
    ]);
  });

  it('lets the last clip end a little after the recording, and no more', async () => {
    expect(await cutAll([clip(8000, RATE + 1600)], 4096)).toEqual([[8000, 8000]]);
    for (const late of [
      [clip(8000, RATE + 1601)],
      [clip(RATE + 1, RATE + 2)],
      [clip(8000, RATE + 1), clip(RATE + 1, RATE + 2)],
    ]) {
      await expect(cutAll(late, 4096)).rejects.toThrow(
        /^Expected segment 9 \(00:00\) to end within its recording, at 1\.[01] s, but talk\.mp3 is 1\.0 s long$/,
      );
    }
  });

  it('refuses a recording that is not as long as its transcript says', async () => {
    await expect(cutAll([clip(0, 10)], 4096, 1.2)).rejects.toMatchObject({ code: 'LH_TRANSCRIPT_INVALID' });
    expect(await cutAll([clip(0, 10)], 4096, 1.05)).toHaveLength(1);
  });
});
