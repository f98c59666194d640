import type { Graph } from '../onnx/graph.ts';
import type { Weights } from '../readers/weights.ts';
import { HEAD_WIDTH } from './dims.ts';
import type { WhisperDims } from './dims.ts';
import { linear, MOST } from './linear.ts';
import type { Matrix } from './linear.ts';
import { reshape } from './parts.ts';
import type { Recipe } from './precision.ts';

/** Keys and values of one layer's cross-attention. */
export type CrossMemory =
  /** `[batch, heads, frames, 64]` each. */
  | { readonly kind: 'real'; readonly keys: string; readonly values: string }
  /**
   * Unsigned 8 bits around 128: keys `[batch, heads, frames, 64]`, values `[batch, heads, 64, frames]`, with scales
   * `[batch, heads, 1, 1]` into which the step of the other operand is multiplied; `padding [batch, 1, 1, frames]` is
   * added to the scores.
   */
  | {
      readonly kind: keyof typeof OPERANDS;
      readonly keys: string;
      readonly keyScale: string;
      readonly values: string;
      readonly valueScale: string;
      readonly padding: string;
    };

/** The zero point of keys and values. */
const MEMORY_ZERO = 128;

/**
 * Steps of the signed operands that meet the memory: of queries, of magnitude 1 at most, and of probabilities from 0,
 * which stands at `zero`, to 1.
 */
const OPERANDS = {
  int8: { query: 1 / 127, probability: 1 / 255, zero: -128 },
  int7: { query: 1 / MOST.int7, probability: 1 / 127, zero: -64 },
} as const;

/** Projects encoder states `[batch, frames, width]` to the cross-attention memory of one decoder layer. */
export function crossMemory(
  g: Graph,
  weights: Weights,
  states: string,
  padding: string,
  layer: string,
  dims: WhisperDims,
  recipe: Recipe,
): CrossMemory {
  const { width, heads } = dims;
  const flat = reshape(g, states, -1, width);
  const lengths = g.op('Shape', [states], { end: { int: 2 } });
  const shape = g.op('Concat', [lengths, g.ints(heads, HEAD_WIDTH)], { axis: { int: 0 } });
  const project = (part: string, half: 0 | 1) => {
    const matrix = halfMatrix(weights, `${layer}/attention/linear_1`, part, half, width);
    return g.op('Reshape', [linear(g, flat, matrix, recipe.decoder.cross), shape]);
  };
  const keys = project('keys', 0);
  const values = project('values', 1);
  const transpose = (x: string, ...perm: number[]) => g.op('Transpose', [x], { perm: { ints: perm } });
  const kind = recipe.decoder.memory;
  if (kind === 'real') {
    return { kind, keys: transpose(keys, 0, 2, 1, 3), values: transpose(values, 0, 2, 1, 3) };
  }
  const k = quantizeHeads(g, keys, OPERANDS[kind].query);
  const v = quantizeHeads(g, values, OPERANDS[kind].probability);
  return {
    kind,
    keys: transpose(k.quantized, 0, 2, 1, 3),
    keyScale: k.scale,
    values: transpose(v.quantized, 0, 2, 3, 1),
    valueScale: v.scale,
    padding,
  };
}

/** `x [batch, frames, heads, 64]` to 8 bits around 128, with a scale per window and head times `step`. */
function quantizeHeads(g: Graph, x: string, step: number): { quantized: string; scale: string } {
  const magnitude = g.op('ReduceMax', [g.op('Abs', [x]), g.ints(1, 3)], { keepdims: { int: 1 } });
  const scale = g.op('Mul', [g.op('Max', [magnitude, g.float(1e-9)]), g.float(1 / 127)]);
  const quantized = g.op('QuantizeLinear', [g.op('Div', [x, scale]), g.float(1), memoryZero(g)]);
  const perHead = g.op('Transpose', [scale], { perm: { ints: [0, 2, 1, 3] } });
  return { quantized, scale: g.op('Mul', [perHead, g.float(step)]) };
}

const memoryZero = (g: Graph): string => g.small('uint8', [], Uint8Array.of(MEMORY_ZERO));
const signed = (g: Graph, value: number): string => g.small('int8', [], Int8Array.of(value));

/**
 * Attention of queries `[batch · steps, width]`, already divided by the root of the head's width, to the memory.
 * Shapes are values of the graph: `shape3` is `[batch, steps, width]`, `shape4` `[batch, steps, heads, 64]`.
 */
export function crossAttention(
  g: Graph,
  queries: string,
  memory: CrossMemory,
  dims: WhisperDims,
  shape3: string,
  shape4: string,
): string {
  const { width, heads } = dims;
  if (memory.kind === 'real') {
    const inputs = [g.op('Reshape', [queries, shape3]), memory.keys, memory.values];
    // A scale of 1 keeps MLAS on its matrix-vector path.
    const attributes = { num_heads: { int: heads }, scale: { float: 1 } };
    return reshape(g, g.op('com.microsoft.MultiHeadAttention', inputs, attributes), -1, width);
  }
  return quantizedAttention(g, queries, memory, width, shape4);
}

/**
 * A row's result does not depend on how many padded frames follow its own: sums of products are whole numbers, a padded
 * frame's probability is 0, and no scale is of more than one row. The memory is the left operand of both products: ONNX
 * Runtime packs the right one at every run, which for the memory would take longer than the product.
 */
function quantizedAttention(
  g: Graph,
  queries: string,
  memory: Exclude<CrossMemory, { kind: 'real' }>,
  width: number,
  shape4: string,
): string {
  const { query, probability, zero } = OPERANDS[memory.kind];
  const turned = { perm: { ints: [0, 1, 3, 2] } };
  // `[batch, heads, 64, steps]`
  const columns = g.op('Transpose', [g.op('Reshape', [queries, shape4])], { perm: { ints: [0, 2, 3, 1] } });
  const magnitude = g.op('ReduceMax', [g.op('Abs', [columns]), g.ints(2)], { keepdims: { int: 1 } });
  const largest = g.op('Max', [magnitude, g.float(1e-9)]);
  const quantized = g.op('QuantizeLinear', [g.op('Div', [columns, largest]), g.float(query), signed(g, 0)]);
  const products = g.op('MatMulInteger', [memory.keys, quantized, memoryZero(g)]);
  const scores = g.op('Mul', [
    g.op('Cast', [products], { to: { int: 1 } }),
    g.op('Mul', [largest, memory.keyScale]),
  ]);
  const masked = g.op('Add', [g.op('Transpose', [scores], turned), memory.padding]);
  const probabilities = g.op('Softmax', [masked], { axis: { int: -1 } });
  const peak = g.op('ReduceMax', [probabilities, g.ints(-1)], { keepdims: { int: 1 } });
  const shares = g.op('QuantizeLinear', [
    g.op('Div', [probabilities, peak]),
    g.float(probability),
    signed(g, zero),
  ]);
  const sums = g.op('MatMulInteger', [
    memory.values,
    g.op('Transpose', [shares], turned),
    memoryZero(g),
    signed(g, zero),
  ]);
  const scale = g.op('Mul', [g.op('Transpose', [peak], turned), memory.valueScale]);
  const mixed = g.op('Mul', [g.op('Cast', [sums], { to: { int: 1 } }), scale]);
  return reshape(g, g.op('Transpose', [mixed], { perm: { ints: [0, 3, 1, 2] } }), -1, width);
}

/** The queries' projection, with the division by the root of the head's width multiplied in. */
export function queryMatrix(weights: Weights, name: string, width: number): Matrix {
  const scaled = (tensor: string) => () => weights.read(tensor).map((value) => value * HEAD_WIDTH ** -0.5);
  return {
    name,
    outputs: width,
    inputs: width,
    read: scaled(`${name}/weight`),
    bias: scaled(`${name}/bias`),
  };
}

function halfMatrix(weights: Weights, name: string, part: string, half: 0 | 1, width: number): Matrix {
  const halved = (tensor: string, size: number) => () =>
    weights.read(tensor).slice(half * size, (half + 1) * size);
  return {
    name: `${name}/${part}`,
    outputs: width,
    inputs: width,
    read: halved(`${name}/weight`, width * width),
    bias: halved(`${name}/bias`, width),
  };
}
