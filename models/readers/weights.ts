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

/** A run of elements in the file, or of zeros that stand in no file. */
export type Part =
  | { readonly type: ElementType; readonly offset: number; readonly count: number }
  | { readonly type: 'zeros'; readonly count: number };

/** A tensor as the parts that make it when joined along its first axis. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly parts: readonly Part[];
}

/** Number of elements of a tensor of this shape. */
export const elements = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** Weights read from `file` on demand; disposing them closes it. */
export function storedWeights(file: WeightFile, tensors: ReadonlyMap<string, StoredTensor>): Weights {
  const find = (name: string): StoredTensor => {
    const tensor = tensors.get(name);
    if (tensor) return tensor;
    throw new LonghandError(
      'LH_MODEL_INVALID',
      `Expected a tensor ${name} in ${file.path}, but it has none.`,
    );
  };
  return {
    names: [...tensors.keys()],
    has: (name) => tensors.has(name),
    shape: (name) => find(name).shape,
    read(name) {
      const { shape, parts } = find(name);
      const [only] = parts;
      if (parts.length === 1 && only) return readPart(file, only);
      const whole = new Float32Array(elements(shape));
      let at = 0;
      for (const part of parts) {
        if (part.type !== 'zeros') whole.set(readPart(file, part), at);
        at += part.count;
      }
      return whole;
    },
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

function readPart(file: WeightFile, part: Part): Float32Array {
  if (part.type === 'zeros') return new Float32Array(part.count);
  const { buffer } = file.read(part.offset, part.count * ELEMENT_BYTES[part.type]);
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
