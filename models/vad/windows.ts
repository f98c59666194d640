import { CONTEXT_SAMPLES, FRAME_SAMPLES, HOP_SAMPLES, WINDOW_SAMPLES, WINDOWS } from './silero-graph.ts';

/** Full scale of 16-bit samples. */
const FULL_SCALE = 32_768;

/** How far the last window of a frame reaches beyond the frame's last sample. */
const MIRRORED = (WINDOWS - 1) * HOP_SAMPLES + WINDOW_SAMPLES - CONTEXT_SAMPLES - FRAME_SAMPLES;

/**
 * The windows of the Fourier transform for `count` frames from the frame numbered `first`: [4·count, 256], samples
 * in −1…1. A frame is seen with the 64 samples before it and, at its end, with its own last 64 samples mirrored.
 * Before the first and after the last sample there is silence.
 *
 * @param samples 16-bit samples, or floats in −1…1.
 */
export function frameWindows(samples: Int16Array | Float32Array, first: number, count: number): Float32Array {
  const start = first * FRAME_SAMPLES - CONTEXT_SAMPLES;
  const piece = new Float32Array(CONTEXT_SAMPLES + count * FRAME_SAMPLES);
  const from = Math.max(start, 0);
  piece.set(samples.subarray(from, start + piece.length), from - start);
  if (samples instanceof Int16Array) {
    for (let index = 0; index < piece.length; index += 1) piece[index] = (piece[index] ?? 0) / FULL_SCALE;
  }
  const windows = new Float32Array(count * WINDOWS * WINDOW_SAMPLES);
  for (let frame = 0; frame < count; frame += 1) {
    const begin = frame * FRAME_SAMPLES;
    const end = begin + CONTEXT_SAMPLES + FRAME_SAMPLES;
    for (let window = 0; window < WINDOWS; window += 1) {
      const seen = piece.subarray(begin + window * HOP_SAMPLES, end).subarray(0, WINDOW_SAMPLES);
      windows.set(seen, (frame * WINDOWS + window) * WINDOW_SAMPLES);
    }
    const mirror = (frame + 1) * WINDOWS * WINDOW_SAMPLES - MIRRORED;
    for (let index = 0; index < MIRRORED; index += 1) windows[mirror + index] = piece[end - 2 - index] ?? 0;
  }
  return windows;
}
