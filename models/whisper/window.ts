import { LonghandError } from '../../workflows/errors.ts';

/** Samples a second of all audio given to the engine. */
export const SAMPLE_RATE = 16_000;

/** Samples of the window Whisper sees: 30 s. */
export const WINDOW_SAMPLES = 30 * SAMPLE_RATE;

/** Samples between two of Whisper's timestamps: 20 ms. */
export const TIMESTAMP_SAMPLES = 320;

/**
 * The samples of a window, followed by silence up to 30 s.
 * @throws LH_ENGINE_INPUT when there are none, more than 480,000, or one is not a number in [−1, 1].
 */
export function paddedWindow(pcm: Float32Array): Float32Array {
  if (pcm.length === 0 || pcm.length > WINDOW_SAMPLES) {
    throw new LonghandError(
      'LH_ENGINE_INPUT',
      `Expected 1 to ${WINDOW_SAMPLES} samples, but ${pcm.length} came.`,
    );
  }
  for (let i = 0; i < pcm.length; i++) {
    const sample = pcm[i]!;
    if (!(sample >= -1 && sample <= 1)) {
      throw new LonghandError(
        'LH_ENGINE_INPUT',
        `Expected samples in [-1, 1], but sample ${i} is ${sample}.`,
      );
    }
  }
  const window = new Float32Array(WINDOW_SAMPLES);
  window.set(pcm);
  return window;
}
