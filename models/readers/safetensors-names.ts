import { LonghandError } from '../../workflows/errors.ts';
import type { PlainTensor } from './safetensors.ts';
import type { Part, StoredTensor } from './weights.ts';

/** Parts of a layer that are the same on both sides but for their names. */
const LAYER: Readonly<Record<string, string>> = {
  'self_attention/layer_norm/gamma': 'self_attn_layer_norm.weight',
  'self_attention/layer_norm/beta': 'self_attn_layer_norm.bias',
  'self_attention/linear_1/weight': 'self_attn.out_proj.weight',
  'self_attention/linear_1/bias': 'self_attn.out_proj.bias',
  'ffn/layer_norm/gamma': 'final_layer_norm.weight',
  'ffn/layer_norm/beta': 'final_layer_norm.bias',
  'ffn/linear_0/weight': 'fc1.weight',
  'ffn/linear_0/bias': 'fc1.bias',
  'ffn/linear_1/weight': 'fc2.weight',
  'ffn/linear_1/bias': 'fc2.bias',
};
const CROSS_ATTENTION: Readonly<Record<string, string>> = {
  'attention/layer_norm/gamma': 'encoder_attn_layer_norm.weight',
  'attention/layer_norm/beta': 'encoder_attn_layer_norm.bias',
  'attention/linear_0/weight': 'encoder_attn.q_proj.weight',
  'attention/linear_0/bias': 'encoder_attn.q_proj.bias',
  'attention/linear_2/weight': 'encoder_attn.out_proj.weight',
  'attention/linear_2/bias': 'encoder_attn.out_proj.bias',
};
const OUTSIDE: Readonly<Record<string, string>> = {
  'encoder/conv1/weight': 'encoder.conv1.weight',
  'encoder/conv1/bias': 'encoder.conv1.bias',
  'encoder/conv2/weight': 'encoder.conv2.weight',
  'encoder/conv2/bias': 'encoder.conv2.bias',
  'encoder/position_encodings/encodings': 'encoder.embed_positions.weight',
  'encoder/layer_norm/gamma': 'encoder.layer_norm.weight',
  'encoder/layer_norm/beta': 'encoder.layer_norm.bias',
  'decoder/embeddings/weight': 'decoder.embed_tokens.weight',
  'decoder/position_encodings/encodings': 'decoder.embed_positions.weight',
  'decoder/layer_norm/gamma': 'decoder.layer_norm.weight',
  'decoder/layer_norm/beta': 'decoder.layer_norm.bias',
};

/**
 * The tensors of a Hugging Face Whisper model under CTranslate2's names: query, key and value projections fused
 * into one (the key's bias, which Whisper has not, as zeros), the output projection tied to the embeddings.
 * @throws LH_MODEL_INVALID when a tensor that belongs to a layer is missing.
 */
export function whisperNames(
  plain: ReadonlyMap<string, PlainTensor>,
  path: string,
): Map<string, StoredTensor> {
  const find = (name: string): PlainTensor => {
    const tensor = plain.get(`model.${name}`) ?? plain.get(name);
    if (tensor) return tensor;
    throw new LonghandError(
      'LH_MODEL_INVALID',
      `Expected a tensor model.${name} in ${path}, but it has none.`,
    );
  };
  const fused = (names: readonly string[]): StoredTensor => {
    const tensors = names.map(find);
    return {
      shape: [tensors.reduce((rows, { shape }) => rows + (shape[0] ?? 0), 0), ...tensors[0]!.shape.slice(1)],
      parts: tensors.flatMap(({ parts }) => parts),
    };
  };
  const biases = (parts: readonly (string | number)[]): StoredTensor => {
    const all = parts.map((part): Part =>
      typeof part === 'number' ? { type: 'zeros', count: part } : find(part).parts[0],
    );
    return { shape: [all.reduce((count, part) => count + part.count, 0)], parts: all };
  };

  const result = new Map<string, StoredTensor>();
  for (const [name, source] of Object.entries(OUTSIDE)) result.set(name, find(source));
  const head = plain.get('proj_out.weight');
  if (head) result.set('decoder/projection/weight', head);
  for (const side of ['encoder', 'decoder']) {
    for (let layer = 0; layer < countLayers(plain, side); layer++) {
      const from = `${side}.layers.${layer}`;
      const to = `${side}/layer_${layer}`;
      const renamed = side === 'decoder' ? { ...LAYER, ...CROSS_ATTENTION } : LAYER;
      for (const [name, source] of Object.entries(renamed))
        result.set(`${to}/${name}`, find(`${from}.${source}`));

      const self = `${from}.self_attn`;
      const width = find(`${self}.q_proj.bias`).parts[0].count;
      const qkv = ['q', 'k', 'v'].map((part) => `${self}.${part}_proj.weight`);
      result.set(`${to}/self_attention/linear_0/weight`, fused(qkv));
      result.set(
        `${to}/self_attention/linear_0/bias`,
        biases([`${self}.q_proj.bias`, width, `${self}.v_proj.bias`]),
      );
      if (side === 'decoder') {
        const cross = `${from}.encoder_attn`;
        const kv = ['k', 'v'].map((part) => `${cross}.${part}_proj.weight`);
        result.set(`${to}/attention/linear_1/weight`, fused(kv));
        result.set(`${to}/attention/linear_1/bias`, biases([width, `${cross}.v_proj.bias`]));
      }
    }
  }
  return result;
}

function countLayers(plain: ReadonlyMap<string, PlainTensor>, side: string): number {
  let count = 0;
  for (const name of plain.keys()) {
    const match = new RegExp(`^(?:model\\.)?${side}\\.layers\\.(\\d+)\\.`).exec(name);
    if (match) count = Math.max(count, Number(match[1]) + 1);
  }
  return count;
}
