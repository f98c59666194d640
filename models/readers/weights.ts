import { LonghandError } from '../../workflows/errors.ts';
import { bfloatToFloat, halfToFloat } from './half.ts';
import type { WeightFile } from './weight-file.ts';

/**
 * The tensors of a Whisper model, under CTranslate2's names whatever the file's layout
 * (`encoder/layer_0/self_attention/linear_0/weight`, …). Matrices are `[outputs, inputs]`, row by row.
 * Only the tensor that is read is held in memory.
 */
export interface Weights extends Disposable {
  readonly names: readonly string[];
  has(name: string): boolean;
  /** @throws LH_MODEL_INVALID when there is no such tensor. */
  shape(name: string): readonly number[];
  /** The tensor as 32-bit floats, a fresh copy. @throws LH_MODEL_INVALID when it is missing or cut short. */
  read(name: string): Float32Array;
}

/** Bytes of one element of each stored type. */
export const ELEMENT_BYTES = { F32: 4, F16: 2, BF16: 2, I8: 1, I16: 2, I32: 4 } as const;
export type ElementType = keyof typeof ELEMENT_BYTES;

/** A run of elements in a file. */
export interface StoredPart {
  readonly type: ElementType;
  readonly file: WeightFile;
  readonly offset: number;
  readonly count: number;
}

/** A run of elements in a file, or of zeros that stand in no file. */
export type Part = StoredPart | { readonly type: 'zeros'; readonly count: number };

/** A tensor as the parts that make it when joined along its first axis. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly parts: readonly Part[];
  /** What the stored numbers are divided by: a scale for each row, or one for all. */
  readonly scales?: StoredTensor;
}

/** Number of elements of a tensor of this shape. */
export const elements = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/**
 * Weights read from `files` on demand; disposing them closes the files.
 * @param place the file or folder that errors name.
 */
export function storedWeights(
  place: string,
  files: readonly WeightFile[],
  tensors: ReadonlyMap<string, StoredTensor>,
): Weights {
  const find = (name: string): StoredTensor => {
    const tensor = tensors.get(name);
    if (tensor) return tensor;
    throw new LonghandError('LH_MODEL_INVALID', `Expected a tensor ${name} in ${place}, but it has none.`);
  };
  return {
    names: [...tensors.keys()],
    has: (name) => tensors.has(name),
    shape: (name) => find(name).shape,
    read: (name) => readTensor(find(name)),
    [Symbol.dispose]: () => files.forEach((file) => file[Symbol.dispose]()),
  };
}

function readTensor({ shape, parts, scales }: StoredTensor): Float32Array {
  const values = joined(shape, parts);
  if (!scales) return values;
  const divisors = readTensor(scales);
  const run = values.length / divisors.length;
  divisors.forEach((divisor, row) => {
    for (let i = row * run; i < (row + 1) * run; i++) values[i] = values[i]! / divisor;
  });
  return values;
}

function joined(shape: readonly number[], parts: readonly Part[]): Float32Array {
  const [only] = parts;
  if (parts.length === 1 && only) return readPart(only);
  const whole = new Float32Array(elements(shape));
  let at = 0;
  for (const part of parts) {
    if (part.type !== 'zeros') whole.set(readPart(part), at);
    at += part.count;
  }
  return whole;
}

/** The bytes of a part as they are stored. */
export const bytesOf = ({ file, type, offset, count }: StoredPart): Uint8Array<ArrayBuffer> =>
  file.read(offset, count * ELEMENT_BYTES[type]);

function readPart(part: Part): Float32Array {
  if (part.type === 'zeros') return new Float32Array(part.count);
  const { buffer } = bytesOf(part);
  switch (part.type) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F16':
      return halfToFloat(new Uint16Array(buffer));
    case 'BF16':
      return bfloatToFloat(new Uint16Array(buffer));
    case 'I8':
      return Float32Array.from(new Int8Array(buffer));
    case 'I16':
      return Float32Array.from(new Int16Array(buffer));
    case 'I32':
      return Float32Array.from(new Int32Array(buffer));
  }
}
