import { LonghandError } from '../../workflows/errors.ts';
import { AUDIO_CONTEXT } from './dims.ts';
import { isTrimmed } from './precision.ts';
import type { Recipe } from './precision.ts';

/** Samples a second of all audio given to the engine. */
export const SAMPLE_RATE = 16_000;

/** Samples of the window Whisper sees: 30 s. */
export const WINDOW_SAMPLES = 30 * SAMPLE_RATE;

/** Samples between two of Whisper's timestamps: 20 ms. */
export const TIMESTAMP_SAMPLES = 320;

/** A longer window is encoded whole: encoding those at their length too was misheard more often. */
const LONGEST_TRIMMED = 20 * SAMPLE_RATE;
/** Silence that a trimmed window has behind it. With less the model does not find the end. */
const SILENCE = 3 * SAMPLE_RATE;
/** Frames of the shortest window: 7.7 s. */
const FEWEST_FRAMES = 384;
/**
 * Frames come in multiples of it, so that ONNX Runtime's kernels sum those of a window in the same order whatever number
 * of masked ones follows: no kernel takes more than 64 floats at a time.
 */
const FRAME_BLOCK = 64;

/**
 * Frames of 20 ms that a window is encoded in. Where a recipe trims: its real length and 3 s of silence, 384 at least, and
 * all 1500 for more than 20 s (docs/engine.md has the figures).
 * @param samples length of the window without its padding.
 */
export function framesOf(samples: number, recipe: Recipe): number {
  if (!isTrimmed(recipe) || samples > LONGEST_TRIMMED) return AUDIO_CONTEXT;
  const blocks = Math.ceil((samples + SILENCE) / TIMESTAMP_SAMPLES / FRAME_BLOCK);
  return Math.max(FEWEST_FRAMES, blocks * FRAME_BLOCK);
}

/**
 * The samples of a window, followed by silence up to `frames` of 20 ms.
 * @throws LH_ENGINE_INPUT when there are none, more than 480,000, or one is not a number in [−1, 1].
 */
export function paddedWindow(pcm: Float32Array, frames: number): Float32Array {
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
  const window = new Float32Array(frames * TIMESTAMP_SAMPLES);
  window.set(pcm);
  return window;
}
