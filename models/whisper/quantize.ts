/** Quantization of weight matrices `[rows, columns]`, a row per output. Symmetric: zero stays zero. */

export interface Quantized<T extends Int8Array | Uint8Array> {
  readonly values: T;
  readonly scales: Float32Array;
}

/** A scale for each row, values −most…most, laid out transposed as `[columns, rows]`. */
export function quantizeOutputs(weights: Float32Array, rows: number, most: number): Quantized<Int8Array> {
  const columns = weights.length / rows;
  const values = new Int8Array(weights.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const scale = rowScale(weights, start, columns, most);
    scales[row] = scale;
    for (let column = 0; column < columns; column++) {
      values[column * rows + row] = Math.round(weights[start + column]! / scale);
    }
  }
  return { values, scales };
}

/** A scale for each row, values −127…127, laid out as they came. */
export function quantizeRows(weights: Float32Array, rows: number): Quantized<Int8Array> {
  const columns = weights.length / rows;
  const values = new Int8Array(weights.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const scale = rowScale(weights, start, columns, 127);
    scales[row] = scale;
    for (let i = start; i < start + columns; i++) values[i] = Math.round(weights[i]! / scale);
  }
  return { values, scales };
}

function rowScale(weights: Float32Array, start: number, columns: number, most: number): number {
  let largest = 0;
  for (let i = start; i < start + columns; i++) largest = Math.max(largest, Math.abs(weights[i]!));
  return largest === 0 ? 1 : Math.fround(largest / most);
}

/** Elements that share a scale in `quantizeBlocks`. */
export const BLOCK = 32;

/**
 * A scale for each run of 32 elements of a row, values of `bits` bits around the middle of their range (128 or 8): the
 * layout of ONNX Runtime's `MatMulNBits`, which has two values of 4 bits in a byte, the first in its lower half. The
 * scale's sign is that of the largest element, which thereby becomes 0 and the whole range is used. `columns` is a
 * multiple of 32.
 */
export function quantizeBlocks(weights: Float32Array, bits: 4 | 8): Quantized<Uint8Array> {
  const middle = 2 ** (bits - 1);
  const values = new Uint8Array((weights.length * bits) / 8);
  const scales = new Float32Array(weights.length / BLOCK);
  for (let block = 0; block < scales.length; block++) {
    const start = block * BLOCK;
    let largest = 0;
    for (let i = start; i < start + BLOCK; i++) {
      if (Math.abs(weights[i]!) > Math.abs(largest)) largest = weights[i]!;
    }
    const scale = largest === 0 ? 1 : Math.fround(largest / -middle);
    scales[block] = scale;
    for (let i = start; i < start + BLOCK; i++) {
      const value = Math.min(2 * middle - 1, Math.max(0, Math.round(weights[i]! / scale) + middle));
      if (bits === 8) values[i] = value;
      else values[i >> 1]! |= i % 2 === 0 ? value : value << 4;
    }
  }
  return { values, scales };
}
