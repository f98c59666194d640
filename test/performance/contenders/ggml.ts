import { readFileSync } from 'node:fs';
import { access, open, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { floatToHalf } from '../../../models/readers/half.ts';
import { openWeights } from '../../../models/readers/open.ts';
import type { Weights } from '../../../models/readers/weights.ts';
import { dimsOf } from '../../../models/whisper/dims.ts';
import { melFilters } from '../../../models/whisper/mel.ts';
import { ggmlTensors, type GgmlTensor } from './ggml-tensors.ts';

/** "ggml" as whisper.cpp reads it. */
const MAGIC = 0x67676d6c;
/** Type of the file: its matrices in blocks of 8 bits (`MOSTLY_Q8_0`), of the second version of blocks. */
const FILE_TYPE = 7 + 2000;
/** Types of a tensor. */
const TYPE = { float: 0, half: 1, q8: 8 } as const;
const FOURIER_BINS = 201;
/** Values that share a scale. */
const BLOCK = 32;

/**
 * Writes a model folder's weights as whisper.cpp reads them, matrices in 8 bits (`q8_0`), where `path` is not there yet.
 * Layout: whisper.cpp's `models/convert-h5-to-ggml.py`, and `examples/quantize` for which tensors keep their bits.
 */
export async function writeGgml(folder: string, path: string): Promise<void> {
  if (
    await access(path).then(
      () => true,
      () => false,
    )
  )
    return;
  using weights = openWeights(folder);
  const draft = `${path}.draft`;
  const file = await open(draft, 'w');
  try {
    await file.write(header(weights));
    await file.write(vocabulary(folder));
    for (const tensor of ggmlTensors(weights)) await writeTensor(file, tensor);
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

function header(weights: Weights): Buffer {
  const dims = dimsOf(weights);
  const filters = melFilters(dims.mels);
  return Buffer.concat([
    integers(
      ...[MAGIC, dims.vocabulary],
      ...[dims.audioContext, dims.width, dims.heads, dims.encoderLayers],
      ...[dims.textContext, dims.width, dims.heads, dims.decoderLayers],
      ...[dims.mels, FILE_TYPE, dims.mels, FOURIER_BINS],
    ),
    bytesOf(filters),
  ]);
}

/** The tokens that are text, by number: whisper.cpp knows the special ones by itself. */
function vocabulary(folder: string): Buffer {
  const { model } = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')) as {
    readonly model: { readonly vocab: Readonly<Record<string, number>> };
  };
  const tokens = Object.entries(model.vocab).sort(([, a], [, b]) => a - b);
  const bytes = tokens.map(([token]) => Buffer.from([...token].map(byteOf)));
  return Buffer.concat([integers(bytes.length), ...bytes.flatMap((one) => [integers(one.length), one])]);
}

/** The byte that a character of GPT-2's vocabulary stands for: itself where it prints, else one moved above 255. */
function byteOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 256 ? code : (UNPRINTED[code - 256] ?? 0);
}
const between = (low: number, high: number) => Array.from({ length: high - low + 1 }, (_, i) => low + i);
const UNPRINTED = [...between(0, 32), ...between(127, 160), 173];

async function writeTensor(file: FileHandle, { name, shape, values, kind }: GgmlTensor): Promise<void> {
  const label = Buffer.from(name);
  await file.write(
    Buffer.concat([integers(shape.length, label.length, TYPE[kind], ...shape.toReversed()), label]),
  );
  if (kind === 'float') await file.write(bytesOf(values));
  else if (kind === 'half') await file.write(bytesOf(floatToHalf(values)));
  else await file.write(quantize(values));
}

/** Blocks of 32 values: their scale in 16 bits, then each in 8. */
export function quantize(values: Float32Array): Buffer {
  const blocks = values.length / BLOCK;
  const bytes = Buffer.alloc(blocks * (2 + BLOCK));
  for (let block = 0; block < blocks; block++) {
    const own = values.subarray(block * BLOCK, (block + 1) * BLOCK);
    const largest = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = largest / 127;
    const at = block * (2 + BLOCK);
    bytes.writeUInt16LE(floatToHalf(Float32Array.of(scale))[0] ?? 0, at);
    own.forEach((value, i) => bytes.writeInt8(scale === 0 ? 0 : Math.round(value / scale), at + 2 + i));
  }
  return bytes;
}

function integers(...values: readonly number[]): Buffer {
  return bytesOf(Int32Array.from(values));
}

const bytesOf = (values: Float32Array | Uint16Array | Int32Array): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);
