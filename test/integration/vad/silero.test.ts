import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSileroModel } from '../../../models/vad/silero-weights.ts';
import { SileroVad } from '../../../models/vad/silero.ts';
import { noise } from '../../support/sounds.ts';
import { decoded } from './audio.ts';

/** The authors' model run as they run it: frame by frame, 64 samples of the frame before in front of each. */
async function original(samples: Int16Array): Promise<number[]> {
  const session = await InferenceSession.create(await readSileroModel(), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const sr = new Tensor('int64', BigInt64Array.of(16_000n), []);
  let state: Tensor = new Tensor(new Float32Array(256), [2, 1, 128]);
  const probabilities: number[] = [];
  for (let start = 0; start < samples.length; start += 512) {
    const seen = Float32Array.from(
      { length: 576 },
      (_, index) => (samples[start - 64 + index] ?? 0) / 32_768,
    );
    const results = await session.run({ input: new Tensor(seen, [1, 576]), state, sr });
    state = results['stateN'] as Tensor;
    probabilities.push(Number(results['output']?.data[0]));
  }
  await session.release();
  return probabilities;
}

let vad: SileroVad;

beforeAll(async () => {
  vad = await SileroVad.load();
}, 20_000);
afterAll(() => vad[Symbol.dispose]());

describe('Silero VAD over a sequence', () => {
  test.each(['en/librivox_austen.flac', 'zh/aishell3_joined.mp3', 'en/long_silence.opus'])(
    'has the numbers of the original on %s',
    async (file) => {
      const samples = await decoded(file);
      const expected = await original(samples);
      const probabilities = await vad.probabilities(samples);
      expect(probabilities).toHaveLength(expected.length);
      const differences = expected.map((value, frame) => Math.abs(value - (probabilities[frame] ?? NaN)));
      expect(Math.max(...differences)).toBeLessThan(1e-4);
      expect(Math.max(...expected)).toBeGreaterThan(0.9);
    },
    60_000,
  );

  test('starts anew with each call and takes floats as well', async () => {
    const samples = (await decoded('en/jfk.flac')).subarray(0, 48_123);
    const first = await vad.probabilities(samples);
    const floats = Float32Array.from(samples, (sample) => sample / 32_768);
    expect(await vad.probabilities(floats)).toEqual(first);
    expect(first).toHaveLength(94);
  }, 20_000);

  test('gives nothing for nothing', async () => {
    expect(await vad.probabilities(new Int16Array())).toHaveLength(0);
  }, 20_000);

  test('reports each piece, leaves the event loop free between them, and ends at a signal', async () => {
    const samples = noise(60 * 16_000, 3000);
    const done: number[] = [];
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await vad.probabilities(samples, undefined, (position) => done.push(position));
    clearInterval(timer);
    expect(done).toEqual([262_144, 524_288, 786_432, 960_000]);
    expect(turns).toBeGreaterThanOrEqual(2);

    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    const stopped = vad.probabilities(samples, controller.signal, () => controller.abort(reason));
    await expect(stopped).rejects.toBe(reason);
  }, 20_000);
});
