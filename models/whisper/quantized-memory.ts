import type { Graph } from '../onnx/graph.ts';
import { multipliesRowsUnpacked } from './cpu-flags.ts';
import { HEAD_WIDTH } from './dims.ts';
import { MOST } from './linear.ts';
import { reshape } from './parts.ts';

/**
 * Which operand of its products a memory in 8 bits is. The sums are whole numbers, so a text is the same to the bit on
 * either side. ONNX Runtime packs the right one at every run, which for a memory takes longer than the product, unless
 * it has a kernel for a single row.
 */
export type MemorySide = 'left' | 'right';

/** The side on which this processor is fastest. */
export const fastestMemorySide = (): MemorySide => (multipliesRowsUnpacked() ? 'right' : 'left');

/**
 * Keys and values of one layer's cross-attention in 8 bits, with scales `[batch, heads, 1, 1]` into which the step of the
 * other operand is multiplied; `padding [batch, 1, 1, frames]` is added to the scores.
 */
export interface QuantizedMemory {
  readonly kind: keyof typeof OPERANDS;
  readonly side: MemorySide;
  /** Left: unsigned around 128, `[batch, heads, frames, 64]`. Right: signed, `[batch, heads, 64, frames]`. */
  readonly keys: string;
  readonly keyScale: string;
  /** Left: unsigned around 128, `[batch, heads, 64, frames]`. Right: signed, `[batch, heads, frames, 64]`. */
  readonly values: string;
  readonly valueScale: string;
  readonly padding: string;
  /** On the right, what the zero point of the queries adds to every score: `[batch, heads, 1, frames]`. */
  readonly shift: string;
}

/**
 * Steps of the operands that meet the memory: of queries, of magnitude 1 at most, and of probabilities from 0 to 1. Where
 * the memory is on the left both are signed, and a probability of 0 stands at `least`; on the right they are unsigned,
 * and a query of 0 stands at `middle`: without VNNI, products of `int7` keep within 16 bits on either side.
 */
const OPERANDS = {
  int8: { query: 1 / 127, probability: 1 / 255, least: -128, middle: 128 },
  int7: { query: 1 / MOST.int7, probability: 1 / 127, least: -64, middle: MOST.int7 },
} as const;

/** The largest operands of the products, unsigned by signed, with the memory on the left and on the right. */
export const LARGEST = {
  int8: { left: [255, MOST.int8], right: [255, 127] },
  int7: { left: [255, MOST.int7], right: [2 * MOST.int7, 127] },
} as const;

/** The zero point of keys and values that are unsigned. */
const MEMORY_ZERO = 128;

const transpose = (g: Graph, x: string, ...perm: number[]): string =>
  g.op('Transpose', [x], { perm: { ints: perm } });
const signed = (g: Graph, value: number): string => g.small('int8', [], Int8Array.of(value));
const unsigned = (g: Graph, value: number): string => g.small('uint8', [], Uint8Array.of(value));

/** Keys and values `[batch, frames, heads, 64]` in 8 bits. */
export function quantizedMemory(
  g: Graph,
  keys: string,
  values: string,
  padding: string,
  kind: keyof typeof OPERANDS,
  side: MemorySide,
): QuantizedMemory {
  const { query, probability, middle } = OPERANDS[kind];
  const zero = side === 'left' ? unsigned(g, MEMORY_ZERO) : signed(g, 0);
  const k = quantizeHeads(g, keys, query, zero);
  const v = quantizeHeads(g, values, probability, zero);
  const scales = { keyScale: k.scale, valueScale: v.scale };
  const [byFrame, byChannel] = [
    [0, 2, 1, 3],
    [0, 2, 3, 1],
  ] as const;
  if (side === 'left') {
    const [frames, channels] = [
      transpose(g, k.quantized, ...byFrame),
      transpose(g, v.quantized, ...byChannel),
    ];
    return { kind, side, keys: frames, values: channels, ...scales, padding, shift: '' };
  }
  const channels = transpose(g, k.quantized, ...byChannel);
  const row = g.op('Concat', [g.op('Shape', [channels], { end: { int: 2 } }), g.ints(1, HEAD_WIDTH)], {
    axis: { int: 0 },
  });
  const shift = g.op('MatMulInteger', [g.op('Expand', [unsigned(g, middle), row]), channels]);
  return {
    kind,
    side,
    keys: channels,
    values: transpose(g, v.quantized, ...byFrame),
    ...scales,
    padding,
    shift,
  };
}

/** `x [batch, frames, heads, 64]` to 8 bits around `zero`, with a scale per window and head times `step`. */
function quantizeHeads(
  g: Graph,
  x: string,
  step: number,
  zero: string,
): { quantized: string; scale: string } {
  // Channels first: over both axes at once it takes three times as long.
  const most = (y: string, axis: number) => g.op('ReduceMax', [y, g.ints(axis)], { keepdims: { int: 1 } });
  const magnitude = most(most(g.op('Abs', [x]), 3), 1);
  const scale = g.op('Mul', [g.op('Max', [magnitude, g.float(1e-9)]), g.float(1 / 127)]);
  const quantized = g.op('QuantizeLinear', [g.op('Div', [x, scale]), g.float(1), zero]);
  return { quantized, scale: g.op('Mul', [transpose(g, scale, 0, 2, 1, 3), g.float(step)]) };
}

/**
 * Attention of queries `[batch, steps, heads, 64]` to a memory: `[batch · steps, width]`. A row's result does not depend
 * on how many padded frames follow its own: sums of products are whole numbers, a padded frame's probability is 0, and
 * no scale is of more than one row.
 */
export function quantizedAttention(
  g: Graph,
  queries: string,
  memory: QuantizedMemory,
  width: number,
): string {
  const rows = transpose(g, queries, 0, 2, 1, 3);
  const magnitude = g.op('ReduceMax', [g.op('Abs', [rows]), g.ints(3)], { keepdims: { int: 1 } });
  const largest = g.op('Max', [magnitude, g.float(1e-9)]);
  const products = queryProducts(g, g.op('Div', [rows, largest]), memory);
  const asFloat = (x: string) => g.op('Cast', [x], { to: { int: 1 } });
  const scores = g.op('Mul', [asFloat(products), g.op('Mul', [largest, memory.keyScale])]);
  const probabilities = g.op('Softmax', [g.op('Add', [scores, memory.padding])], { axis: { int: -1 } });
  const peak = g.op('ReduceMax', [probabilities, g.ints(-1)], { keepdims: { int: 1 } });
  const sums = valueSums(g, g.op('Div', [probabilities, peak]), memory);
  const mixed = g.op('Mul', [asFloat(sums), g.op('Mul', [peak, memory.valueScale])]);
  return reshape(g, transpose(g, mixed, 0, 2, 1, 3), -1, width);
}

/** Queries `[batch, heads, steps, 64]` within ±1 by the keys: `[batch, heads, steps, frames]`, whole numbers. */
function queryProducts(g: Graph, rows: string, { kind, side, keys, shift }: QuantizedMemory): string {
  const { query, middle } = OPERANDS[kind];
  if (side === 'right') {
    const quantized = g.op('QuantizeLinear', [rows, g.float(query), unsigned(g, middle)]);
    return g.op('Sub', [g.op('MatMulInteger', [quantized, keys]), shift]);
  }
  const quantized = g.op('QuantizeLinear', [rows, g.float(query), signed(g, 0)]);
  const columns = transpose(g, quantized, 0, 1, 3, 2);
  return transpose(g, g.op('MatMulInteger', [keys, columns, unsigned(g, MEMORY_ZERO)]), 0, 1, 3, 2);
}

/** Probabilities `[batch, heads, steps, frames]` of 0 to 1 by the values: `[batch, heads, steps, 64]`, whole numbers. */
function valueSums(g: Graph, shares: string, { kind, side, values }: QuantizedMemory): string {
  const { probability, least } = OPERANDS[kind];
  if (side === 'right') {
    const quantized = g.op('QuantizeLinear', [shares, g.float(probability), unsigned(g, 0)]);
    return g.op('MatMulInteger', [quantized, values]);
  }
  const quantized = g.op('QuantizeLinear', [shares, g.float(probability), signed(g, least)]);
  const columns = transpose(g, quantized, 0, 1, 3, 2);
  const sums = g.op('MatMulInteger', [values, columns, unsigned(g, MEMORY_ZERO), signed(g, least)]);
  return transpose(g, sums, 0, 1, 3, 2);
}
