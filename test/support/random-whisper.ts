import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The sizes that the Whispers of random weights differ in. */
export interface RandomShape {
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly mels: number;
  readonly vocabulary: number;
}

/** Tensors by name; `integers` are what a quantized one is stored as. */
export type Tensors = Map<
  string,
  { shape: number[]; values: Float32Array; integers?: Int8Array | Int16Array }
>;

const WIDTH = 128;
const FEED_FORWARD = 256;

/**
 * The tensors of a small Whisper of random weights, under CTranslate2's names: to the bit those of
 * `test/performance/reference/make_random_reference.py`, which says how they are made.
 */
export function randomTensors({ encoderLayers, decoderLayers, mels, vocabulary }: RandomShape): Tensors {
  const tensors: Tensors = new Map();
  const add = (name: string, scale: number, ...shape: number[]) => {
    tensors.set(name, { shape, values: uniform(tensors.size + 1, shape, scale) });
  };
  const linear = (name: string, rows: number, columns: number) => {
    add(`${name}/weight`, 0.25, rows, columns);
    add(`${name}/bias`, 0.25, rows);
  };
  const norm = (name: string, scale = 1.5) => {
    add(`${name}/gamma`, scale, WIDTH);
    add(`${name}/beta`, 0.25, WIDTH);
  };
  // Whisper's keys have no bias.
  const withoutKeys = (name: string, from: number) =>
    tensors.get(`${name}/bias`)!.values.fill(0, from, from + WIDTH);
  const layer = (name: string) => {
    norm(`${name}/self_attention/layer_norm`);
    linear(`${name}/self_attention/linear_0`, 3 * WIDTH, WIDTH);
    withoutKeys(`${name}/self_attention/linear_0`, WIDTH);
    linear(`${name}/self_attention/linear_1`, WIDTH, WIDTH);
    norm(`${name}/ffn/layer_norm`);
    linear(`${name}/ffn/linear_0`, FEED_FORWARD, WIDTH);
    linear(`${name}/ffn/linear_1`, WIDTH, FEED_FORWARD);
  };

  add('encoder/conv1/weight', 0.125, WIDTH, mels, 3);
  add('encoder/conv1/bias', 0.25, WIDTH);
  add('encoder/conv2/weight', 0.125, WIDTH, WIDTH, 3);
  add('encoder/conv2/bias', 0.25, WIDTH);
  add('encoder/position_encodings/encodings', 0.5, 1500, WIDTH);
  norm('encoder/layer_norm');
  add('decoder/embeddings/weight', 0.5, vocabulary, WIDTH);
  add('decoder/position_encodings/encodings', 0.5, 448, WIDTH);
  norm('decoder/layer_norm', 4);
  for (let i = 0; i < encoderLayers; i++) layer(`encoder/layer_${i}`);
  for (let i = 0; i < decoderLayers; i++) {
    const name = `decoder/layer_${i}`;
    layer(name);
    norm(`${name}/attention/layer_norm`);
    linear(`${name}/attention/linear_0`, WIDTH, WIDTH);
    linear(`${name}/attention/linear_1`, 2 * WIDTH, WIDTH);
    withoutKeys(`${name}/attention/linear_1`, 0);
    linear(`${name}/attention/linear_2`, WIDTH, WIDTH);
  }
  return tensors;
}

/** Floats in [−scale, scale) from a counter hashed by murmur3's finalizer. */
function uniform(seed: number, shape: readonly number[], scale: number): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  const start = Math.imul(seed, 0x9e3779b1);
  for (let i = 0; i < values.length; i++) {
    let h = (i + start) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
    values[i] = ((h >>> 8) / 2 ** 23 - 1) * scale;
  }
  return values;
}

/** The tokens that the model may not choose. */
export const SUPPRESSED: readonly number[] = Array.from({ length: 143 }, (_, i) => 7 * i);

const LANGUAGES = (
  'en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ' +
  'ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd ' +
  'gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue'
).split(' ');

/** Writes a vocabulary as CTranslate2's converter does: Whisper's special tokens at the end, other names before them. */
export function writeVocabulary(folder: string, vocabulary: number): void {
  const isThird = vocabulary === 51866;
  const special = [
    ...['endoftext', 'startoftranscript', ...(isThird ? LANGUAGES : LANGUAGES.slice(0, -1))],
    ...['translate', 'transcribe', 'startoflm', 'startofprev'],
    ...[isThird ? 'nospeech' : 'nocaptions', 'notimestamps'],
    ...Array.from({ length: 1501 }, (_, i) => (i * 0.02).toFixed(2)),
  ].map((name) => `<|${name}|>`);
  const text = Array.from({ length: vocabulary - special.length }, (_, i) => `t${i}`);
  // The last number before them is not used in the multilingual ones.
  if (vocabulary > 51864) text.splice(-1, 1, '');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'vocabulary.json'), JSON.stringify([...text, ...special]));
}
