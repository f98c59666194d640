import * as ort from 'onnxruntime-node';
import { firstFrames, smoothed } from './alignment.ts';
import type { HeardToken } from './tokens.ts';
import { TIMESTAMP_SAMPLES } from './window.ts';

/** Frames by which the attention is ahead of the voice: 60 ms (docs/engine.md has the figures). */
const AHEAD = 3;

/** What of a window is aligned. */
interface Aligned {
  /** The encoder's states `[frames, width]`, and samples of the window without its padding. */
  readonly states: Float32Array;
  readonly width: number;
  readonly samples: number;
  /** The window's row of the batch, the turn that chose its first token, and the turn after the last. */
  readonly row: number;
  readonly first: number;
  readonly last: number;
  /** Tokens, of which the end of text is none; it tells when the last of them ends. */
  readonly count: number;
}

/**
 * How each token was heard: its time by dynamic time warping over the attention of the alignment heads.
 * @param alignment the loaded alignment graph.
 * @param sought what the heads looked for in each turn: `[turns, batch, heads, 64]`.
 * @param logProbabilities of what each turn chose: `[turns, batch, 1]`.
 */
export async function hearTokens(
  alignment: ort.InferenceSession,
  sought: ort.Tensor,
  logProbabilities: ort.Tensor,
  aligned: Aligned,
): Promise<HeardToken[]> {
  const [, batch = 0] = sought.dims;
  const { samples, row, first, count } = aligned;
  const times = await tokenTimes(alignment, sought, aligned);
  const steps = logProbabilities.data as Float32Array;
  return Array.from({ length: count }, (_, i) => ({
    start: times[i]!,
    end: times[i + 1] ?? samples,
    probability: Math.exp(steps[(first + i) * batch + row]!),
  }));
}

/** The sample at which each token begins, never going back. */
async function tokenTimes(
  alignment: ort.InferenceSession,
  sought: ort.Tensor,
  { states, width, samples, row, first, last }: Aligned,
): Promise<number[]> {
  const [, batch = 0, heads = 0, channels = 0] = sought.dims;
  const size = heads * channels;
  const own = new Float32Array((last - first) * size);
  for (let turn = first; turn < last; turn++) {
    const from = (turn * batch + row) * size;
    own.set((sought.data as Float32Array).subarray(from, from + size), (turn - first) * size);
  }
  const frames = Math.max(1, Math.ceil(samples / TIMESTAMP_SAMPLES));
  const { scores } = await alignment.run({
    states: new ort.Tensor('float32', states.subarray(0, frames * width), [frames, width]),
    sought: new ort.Tensor('float32', own, [last - first, heads, channels]),
  });
  const path = firstFrames(smoothed(scores!.data as Float32Array, frames), frames);
  return Array.from(path, (frame) => Math.min((frame + AHEAD) * TIMESTAMP_SAMPLES, samples));
}
