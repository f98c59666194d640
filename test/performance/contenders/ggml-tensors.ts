import type { Weights } from '../../../models/readers/weights.ts';
import { dimsOf } from '../../../models/whisper/dims.ts';

/** A tensor under openai/whisper's name, as whisper.cpp has it. */
export interface GgmlTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** How its values are stored; `q8` in blocks of 8 bits. */
  readonly kind: 'float' | 'half' | 'q8';
}

/** Parts of a layer that have one tensor on both sides: openai/whisper's name, then CTranslate2's. */
const FEED_FORWARD = {
  mlp_ln: 'ffn/layer_norm',
  'mlp.0': 'ffn/linear_0',
  'mlp.2': 'ffn/linear_1',
};

/** The tensors of a Whisper model, made one by one. */
export function* ggmlTensors(weights: Weights): Generator<GgmlTensor> {
  const { encoderLayers, decoderLayers } = dimsOf(weights);
  const plain = (name: string, from: string): GgmlTensor => {
    const shape = weights.shape(from);
    return { name, shape, values: weights.read(from), kind: 'float' };
  };
  for (const conv of ['conv1', 'conv2']) {
    yield { ...plain(`encoder.${conv}.weight`, `encoder/${conv}/weight`), kind: 'half' };
    const bias = plain(`encoder.${conv}.bias`, `encoder/${conv}/bias`);
    yield { ...bias, shape: [...bias.shape, 1] };
  }
  yield plain('encoder.positional_embedding', 'encoder/position_encodings/encodings');
  yield plain('decoder.positional_embedding', 'decoder/position_encodings/encodings');
  yield { ...plain('decoder.token_embedding.weight', 'decoder/embeddings/weight'), kind: 'q8' };
  yield* affine(weights, 'encoder.ln_post', 'encoder/layer_norm');
  yield* affine(weights, 'decoder.ln', 'decoder/layer_norm');
  for (let layer = 0; layer < encoderLayers; layer++) yield* layerTensors(weights, 'encoder', layer);
  for (let layer = 0; layer < decoderLayers; layer++) {
    yield* layerTensors(weights, 'decoder', layer);
    const [to, from] = [`decoder.blocks.${layer}`, `decoder/layer_${layer}/attention`];
    yield* affine(weights, `${to}.cross_attn_ln`, `${from}/layer_norm`);
    yield* affine(weights, `${to}.cross_attn.query`, `${from}/linear_0`);
    yield* fused(weights, `${to}.cross_attn`, ['key', 'value'], `${from}/linear_1`);
    yield* affine(weights, `${to}.cross_attn.out`, `${from}/linear_2`);
  }
}

function* layerTensors(weights: Weights, side: string, layer: number): Generator<GgmlTensor> {
  const [to, from] = [`${side}.blocks.${layer}`, `${side}/layer_${layer}`];
  yield* affine(weights, `${to}.attn_ln`, `${from}/self_attention/layer_norm`);
  yield* fused(weights, `${to}.attn`, ['query', 'key', 'value'], `${from}/self_attention/linear_0`);
  yield* affine(weights, `${to}.attn.out`, `${from}/self_attention/linear_1`);
  for (const [name, source] of Object.entries(FEED_FORWARD)) {
    yield* affine(weights, `${to}.${name}`, `${from}/${source}`);
  }
}

/** A linear layer, or the scale and shift of a normalization. */
function* affine(weights: Weights, name: string, from: string): Generator<GgmlTensor> {
  const isLinear = weights.has(`${from}/weight`);
  const [weight, bias] = isLinear ? ['weight', 'bias'] : ['gamma', 'beta'];
  const tensor = (part: string, source: string) => ({
    name: `${name}.${part}`,
    shape: weights.shape(`${from}/${source}`),
    values: weights.read(`${from}/${source}`),
  });
  yield { ...tensor('weight', weight), kind: isLinear ? 'q8' : 'float' };
  yield { ...tensor('bias', bias), kind: 'float' };
}

/** Linear layers whose outputs CTranslate2 has in one, taken apart; Whisper's keys have no bias. */
function* fused(
  weights: Weights,
  name: string,
  parts: readonly string[],
  from: string,
): Generator<GgmlTensor> {
  const [matrix, bias] = [weights.read(`${from}/weight`), weights.read(`${from}/bias`)];
  const width = bias.length / parts.length;
  for (const [index, part] of parts.entries()) {
    const rows = (values: Float32Array) =>
      values.slice((values.length / parts.length) * index, (values.length / parts.length) * (index + 1));
    yield { name: `${name}.${part}.weight`, shape: [width, width], values: rows(matrix), kind: 'q8' };
    if (part !== 'key') {
      yield { name: `${name}.${part}.bias`, shape: [width], values: rows(bias), kind: 'float' };
    }
  }
}
