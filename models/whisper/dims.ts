import { LonghandError } from '../../workflows/errors.ts';
import type { Weights } from '../readers/weights.ts';

/** The sizes of a Whisper model, as its weights have them. */
export interface WhisperDims {
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  /** Attention heads of every layer; each has `width / heads` = 64 channels. */
  readonly heads: number;
  readonly width: number;
  readonly feedForward: number;
  /** Mel bands: 80, or 128 for large-v3. */
  readonly mels: number;
  readonly vocabulary: number;
  /** Encoder positions a window: 1500. */
  readonly audioContext: number;
  /** Tokens the decoder can hold: 448. */
  readonly textContext: number;
}

/** Channels of an attention head, in every Whisper model. */
export const HEAD_WIDTH = 64;

/** Encoder positions of a window of 30 s. */
export const AUDIO_CONTEXT = 1500;

/**
 * Derives a model's sizes from its weights, and checks every tensor against them.
 * @throws LH_MODEL_INVALID naming the first tensor that is missing or has another shape.
 */
export function dimsOf(weights: Weights): WhisperDims {
  const axis = (name: string, index: number): number => {
    const size = weights.shape(name)[index];
    if (size !== undefined) return size;
    throw new LonghandError(
      'LH_MODEL_INVALID',
      `Expected ${name} to have more than ${index} axes, but it has [${weights.shape(name).join(', ')}].`,
    );
  };
  const width = axis('encoder/conv1/weight', 0);
  const dims: WhisperDims = {
    encoderLayers: countLayers(weights, 'encoder'),
    decoderLayers: countLayers(weights, 'decoder'),
    heads: width / HEAD_WIDTH,
    width,
    feedForward: axis('encoder/layer_0/ffn/linear_0/bias', 0),
    mels: axis('encoder/conv1/weight', 1),
    vocabulary: axis('decoder/embeddings/weight', 0),
    audioContext: axis('encoder/position_encodings/encodings', 0),
    textContext: axis('decoder/position_encodings/encodings', 0),
  };
  if (width % HEAD_WIDTH !== 0 || dims.audioContext !== AUDIO_CONTEXT) {
    throw new LonghandError(
      'LH_MODEL_INVALID',
      `Expected a width in multiples of ${HEAD_WIDTH} and ${AUDIO_CONTEXT} audio positions, but the weights have ${width} and ${dims.audioContext}.`,
    );
  }
  for (const [name, shape] of expectedShapes(dims)) {
    const came = weights.shape(name);
    if (came.length !== shape.length || came.some((size, i) => size !== shape[i])) {
      throw new LonghandError(
        'LH_MODEL_INVALID',
        `Expected ${name} to have the shape [${shape.join(', ')}], but it has [${came.join(', ')}].`,
      );
    }
  }
  return dims;
}

function countLayers(weights: Weights, side: string): number {
  let count = 0;
  while (weights.has(`${side}/layer_${count}/ffn/linear_0/weight`)) count++;
  return count;
}

function* expectedShapes(dims: WhisperDims): Generator<[string, number[]]> {
  const { width, feedForward, mels, vocabulary, audioContext, textContext } = dims;
  function* linear(name: string, rows: number, columns: number): Generator<[string, number[]]> {
    yield [`${name}/weight`, [rows, columns]];
    yield [`${name}/bias`, [rows]];
  }
  function* norm(name: string): Generator<[string, number[]]> {
    yield [`${name}/gamma`, [width]];
    yield [`${name}/beta`, [width]];
  }
  function* layer(name: string): Generator<[string, number[]]> {
    yield* norm(`${name}/self_attention/layer_norm`);
    yield* linear(`${name}/self_attention/linear_0`, 3 * width, width);
    yield* linear(`${name}/self_attention/linear_1`, width, width);
    yield* norm(`${name}/ffn/layer_norm`);
    yield* linear(`${name}/ffn/linear_0`, feedForward, width);
    yield* linear(`${name}/ffn/linear_1`, width, feedForward);
  }
  yield ['encoder/conv1/weight', [width, mels, 3]];
  yield ['encoder/conv1/bias', [width]];
  yield ['encoder/conv2/weight', [width, width, 3]];
  yield ['encoder/conv2/bias', [width]];
  yield ['encoder/position_encodings/encodings', [audioContext, width]];
  for (let i = 0; i < dims.encoderLayers; i++) yield* layer(`encoder/layer_${i}`);
  yield* norm('encoder/layer_norm');
  yield ['decoder/embeddings/weight', [vocabulary, width]];
  yield ['decoder/position_encodings/encodings', [textContext, width]];
  for (let i = 0; i < dims.decoderLayers; i++) {
    yield* layer(`decoder/layer_${i}`);
    yield* norm(`decoder/layer_${i}/attention/layer_norm`);
    yield* linear(`decoder/layer_${i}/attention/linear_0`, width, width);
    yield* linear(`decoder/layer_${i}/attention/linear_1`, 2 * width, width);
    yield* linear(`decoder/layer_${i}/attention/linear_2`, width, width);
  }
  yield* norm('decoder/layer_norm');
}
