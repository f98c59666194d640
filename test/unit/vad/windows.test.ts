import { expect, test } from 'vitest';
import { frameWindows } from '../../../models/vad/windows.ts';

const samples = Int16Array.from({ length: 1600 }, (_, index) => index + 1);

/** A frame as Silero sees it: 64 samples of context, 512 of its own, its end mirrored around the last sample. */
function frameAsSilero(frame: number): number[] {
  const seen = Array.from({ length: 576 }, (_, index) => (samples[frame * 512 - 64 + index] ?? 0) / 32_768);
  return [...seen, ...seen.slice(-65, -1).reverse()];
}

test('windows are 256 samples every 128 of a frame with its context and its mirrored end', () => {
  const windows = frameWindows(samples, 0, 4);
  expect(windows).toHaveLength(4 * 4 * 256);
  for (let frame = 0; frame < 4; frame += 1) {
    const expected = [0, 128, 256, 384].flatMap((start) => frameAsSilero(frame).slice(start, start + 256));
    expect([...windows.subarray(frame * 1024, (frame + 1) * 1024)]).toEqual(expected);
  }
});

test('a piece has the same windows as the whole', () => {
  expect(frameWindows(samples, 2, 2)).toEqual(frameWindows(samples, 0, 4).subarray(2 * 1024));
});

test('floats are taken as they are', () => {
  const floats = Float32Array.from(samples, (sample) => sample / 32_768);
  expect(frameWindows(floats, 0, 4)).toEqual(frameWindows(samples, 0, 4));
});
