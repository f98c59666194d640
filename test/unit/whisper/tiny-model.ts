import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensors } from '../../support/random-whisper.ts';

/** Sizes of a Whisper model of random weights that builds and runs in a second. */
export const TINY = {
  width: 64,
  feedForward: 128,
  mels: 80,
  layers: 1,
  audioContext: 1500,
  textContext: 448,
};

/** Writes a model folder in CTranslate2's layout and returns its tensors. */
export function writeTinyModel(folder: string, vocabulary: number, seed = 1): Tensors {
  const tensors = tinyTensors(vocabulary, seed);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.bin'), ct2Bytes(tensors));
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({ suppress_ids: [3], alignment_heads: [[0, 0]] }),
  );
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tinyTokenizer(vocabulary)));
  return tensors;
}

function tinyTensors(vocabulary: number, seed: number): Tensors {
  const { width, feedForward, mels, layers, audioContext, textContext } = TINY;
  let state = seed;
  const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648 - 0.5;
  const tensors: Tensors = new Map();
  const add = (name: string, ...shape: number[]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    tensors.set(name, {
      shape,
      values: Float32Array.from({ length: count }, () => Math.fround(random() * 0.25)),
    });
  };
  const linear = (name: string, rows: number, columns: number) => {
    add(`${name}/weight`, rows, columns);
    add(`${name}/bias`, rows);
  };
  const norm = (name: string) => {
    add(`${name}/gamma`, width);
    add(`${name}/beta`, width);
  };
  const layer = (name: string) => {
    norm(`${name}/self_attention/layer_norm`);
    linear(`${name}/self_attention/linear_0`, 3 * width, width);
    // Whisper's keys have no bias.
    tensors.get(`${name}/self_attention/linear_0/bias`)!.values.fill(0, width, 2 * width);
    linear(`${name}/self_attention/linear_1`, width, width);
    norm(`${name}/ffn/layer_norm`);
    linear(`${name}/ffn/linear_0`, feedForward, width);
    linear(`${name}/ffn/linear_1`, width, feedForward);
  };
  add('encoder/conv1/weight', width, mels, 3);
  add('encoder/conv1/bias', width);
  add('encoder/conv2/weight', width, width, 3);
  add('encoder/conv2/bias', width);
  add('encoder/position_encodings/encodings', audioContext, width);
  norm('encoder/layer_norm');
  add('decoder/embeddings/weight', vocabulary, width);
  add('decoder/position_encodings/encodings', textContext, width);
  norm('decoder/layer_norm');
  for (let i = 0; i < layers; i++) {
    layer(`encoder/layer_${i}`);
    const name = `decoder/layer_${i}`;
    layer(name);
    norm(`${name}/attention/layer_norm`);
    linear(`${name}/attention/linear_0`, width, width);
    linear(`${name}/attention/linear_1`, 2 * width, width);
    tensors.get(`${name}/attention/linear_1/bias`)!.values.fill(0, 0, width);
    linear(`${name}/attention/linear_2`, width, width);
  }
  return tensors;
}

/** Little-endian fields of CTranslate2's format. */
const field = (bytes: 1 | 2 | 4, value: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(value, 0, bytes);
  return buffer;
};
const name = (text: string): Buffer => Buffer.concat([field(2, text.length + 1), Buffer.from(`${text}\0`)]);
const bytesOf = (array: Float32Array | Int8Array | Int16Array): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength);

/** The tensors as a CTranslate2 file of 32-bit floats, or of their integers, with the projection as an alias of the embeddings. */
export function ct2Bytes(tensors: Tensors): Buffer {
  const code = (array: object) => (array instanceof Int8Array ? 1 : array instanceof Int16Array ? 2 : 0);
  const variables = [...tensors].map(([key, { shape, values, integers }]) => {
    const stored = integers ?? values;
    return Buffer.concat([
      name(key),
      field(1, shape.length),
      ...shape.map((size) => field(4, size)),
      field(1, code(stored)),
      field(4, stored.byteLength),
      bytesOf(stored),
    ]);
  });
  return Buffer.concat([
    field(4, 6),
    name('WhisperSpec'),
    field(4, 3),
    field(4, variables.length),
    ...variables,
    field(4, 1),
    name('decoder/projection/weight'),
    name('decoder/embeddings/weight'),
  ]);
}

/** Tensors as a safetensors file of 32-bit floats. */
export function safetensorsBytes(tensors: Tensors): Buffer {
  let end = 0;
  const header = Object.fromEntries(
    [...tensors].map(([key, { shape, values }]) => {
      const start = end;
      end += values.byteLength;
      return [key, { dtype: 'F32', shape, data_offsets: [start, end] }];
    }),
  );
  const json = Buffer.from(JSON.stringify({ __metadata__: { format: 'pt' }, ...header }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...[...tensors.values()].map(({ values }) => bytesOf(values))]);
}

/** The same tensors under the model hub's names, projections apart. */
export function hubTensors(tensors: Tensors): Tensors {
  const hub: Tensors = new Map();
  const rename = (text: string) =>
    text
      .replace(/^/, 'model.')
      .replace('/layer_norm/', /^(en|de)coder\/layer_norm/.test(text) ? '/layer_norm/' : '_layer_norm/')
      .replace('self_attention_layer_norm', 'self_attn_layer_norm')
      .replace('ffn_layer_norm', 'final_layer_norm')
      .replace('/attention_layer_norm', '/encoder_attn_layer_norm')
      .replace('self_attention/linear_1', 'self_attn.out_proj')
      .replace('/attention/linear_0', '/encoder_attn.q_proj')
      .replace('/attention/linear_2', '/encoder_attn.out_proj')
      .replace('ffn/linear_0', 'fc1')
      .replace('ffn/linear_1', 'fc2')
      .replace('position_encodings/encodings', 'embed_positions.weight')
      .replace('embeddings/weight', 'embed_tokens.weight')
      .replace('gamma', 'weight')
      .replace('beta', 'bias')
      .replace(/layer_(\d+)/, 'layers.$1')
      .replaceAll('/', '.');
  const split = (key: string, target: string, parts: readonly string[]) => {
    const { shape, values } = tensors.get(key)!;
    const size = values.length / parts.length;
    parts.forEach((part, i) => {
      if (part === 'k' && key.endsWith('bias')) return;
      const kind = key.endsWith('bias') ? 'bias' : 'weight';
      hub.set(`${target}.${part}_proj.${kind}`, {
        shape: [shape[0]! / parts.length, ...shape.slice(1)],
        values: values.slice(i * size, (i + 1) * size),
      });
    });
  };
  for (const [key, tensor] of tensors) {
    const layer = /^(encoder|decoder)\/layer_(\d+)/.exec(key);
    const target = layer && `model.${layer[1]}.layers.${layer[2]}`;
    if (target && key.includes('self_attention/linear_0')) split(key, `${target}.self_attn`, ['q', 'k', 'v']);
    else if (target && key.includes('/attention/linear_1')) split(key, `${target}.encoder_attn`, ['k', 'v']);
    else hub.set(rename(key), tensor);
  }
  return hub;
}

/** A byte-level tokenizer of letters and numbers with Whisper's special tokens at the end of `vocabulary`. */
function tinyTokenizer(vocabulary: number): object {
  const isMultilingual = vocabulary >= 51865;
  const names = [
    'endoftext',
    'startoftranscript',
    'en',
    'zh',
    'translate',
    'transcribe',
    'startoflm',
    'startofprev',
    'nospeech',
    'notimestamps',
  ];
  const first = vocabulary - 1501 - names.length;
  const letters = ['a', 'b', 'Ġ', 'c', isMultilingual ? 'd' : 'e'];
  const rest = Array.from({ length: first - letters.length }, (_, i) => `${i % 3 === 0 ? 'Ġ' : ''}${i}`);
  return {
    version: '1.0',
    added_tokens: names.map((content, i) => ({ id: first + i, content: `<|${content}|>`, special: true })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries([...letters, ...rest].map((piece, id) => [piece, id])),
      merges: [],
    },
  };
}
