import type { Graph } from '../onnx/graph.ts';
import type { Weights } from '../readers/weights.ts';
import { AUDIO_CONTEXT, HEAD_WIDTH } from './dims.ts';
import type { WhisperDims } from './dims.ts';
import { linear, MOST, quantizeActivations } from './linear.ts';
import type { Matrix } from './linear.ts';
import { reshape } from './parts.ts';
import type { Recipe } from './precision.ts';

/** Keys and values of one layer's cross-attention. */
export type CrossMemory =
  /** `[batch, heads, 1500, 64]` each. */
  | { readonly kind: 'real'; readonly keys: string; readonly values: string }
  /**
   * Signed 8 bits: keys `[batch, heads, 64, 1500]`, values `[batch, heads, 1500, 64]`, with scales
   * `[batch, heads, 1, 1]` into which the step of the unsigned operand is multiplied. `offset` is what the zero
   * point of the queries adds to each score.
   */
  | {
      readonly kind: 'quantized';
      readonly keys: string;
      readonly keyScale: string;
      readonly offset: string;
      readonly values: string;
      readonly valueScale: string;
    };

/** Steps of unsigned 8 bits: queries reach 127 on either side of their zero point, probabilities 255 above 0. */
const QUERY_STEP = 1 / 127;
const PROBABILITY_STEP = 1 / 255;

/** Projects encoder states `[batch · 1500, width]` to the cross-attention memory of one decoder layer. */
export function crossMemory(
  g: Graph,
  weights: Weights,
  states: string,
  layer: string,
  dims: WhisperDims,
  recipe: Recipe,
): CrossMemory {
  const { width, heads } = dims;
  const project = (part: string, half: 0 | 1) => {
    const matrix = halfMatrix(weights, `${layer}/attention/linear_1`, part, half, width);
    return reshape(g, linear(g, states, matrix, recipe.decoder.cross), -1, AUDIO_CONTEXT, heads, HEAD_WIDTH);
  };
  const keys = project('keys', 0);
  const values = project('values', 1);
  const transpose = (x: string, ...perm: number[]) => g.op('Transpose', [x], { perm: { ints: perm } });
  const kind = recipe.decoder.memory;
  if (kind === 'real') {
    return { kind, keys: transpose(keys, 0, 2, 1, 3), values: transpose(values, 0, 2, 1, 3) };
  }
  const k = quantizeHeads(g, keys, QUERY_STEP, MOST[kind]);
  const v = quantizeHeads(g, values, PROBABILITY_STEP, MOST[kind]);
  const quantizedKeys = transpose(k.quantized, 0, 2, 3, 1);
  const sums = g.op('ReduceSum', [g.op('Cast', [quantizedKeys], { to: { int: 1 } }), g.ints(2)], {
    keepdims: { int: 1 },
  });
  return {
    kind: 'quantized',
    keys: quantizedKeys,
    keyScale: k.scale,
    offset: g.op('Mul', [sums, g.float(128)]),
    values: transpose(v.quantized, 0, 2, 1, 3),
    valueScale: v.scale,
  };
}

/** `x [batch, 1500, heads, 64]` to signed integers within ±`most`, with a scale per window and head times `step`. */
function quantizeHeads(
  g: Graph,
  x: string,
  step: number,
  most: number,
): { quantized: string; scale: string } {
  const magnitude = g.op('ReduceMax', [g.op('Abs', [x]), g.ints(1, 3)], { keepdims: { int: 1 } });
  const scale = g.op('Mul', [g.op('Max', [magnitude, g.float(1e-9)]), g.float(1 / most)]);
  const quantized = g.op('Cast', [g.op('Round', [g.op('Div', [x, scale])])], { to: { int: 3 } });
  const perHead = g.op('Transpose', [scale], { perm: { ints: [0, 2, 1, 3] } });
  return { quantized, scale: g.op('Mul', [perHead, g.float(step)]) };
}

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
  const perm = { perm: { ints: [0, 2, 1, 3] } };
  const split = g.op('Transpose', [g.op('Reshape', [queries, shape4])], perm);
  const { quantized, largest } = quantizeActivations(g, split);
  // Zero points of 0 keep MLAS on its unsigned × signed matrix-vector path; `offset` makes up for it.
  const products = g.op('Cast', [g.op('MatMulInteger', [quantized, memory.keys])], { to: { int: 1 } });
  const scores = g.op('Mul', [
    g.op('Sub', [products, memory.offset]),
    g.op('Mul', [largest, memory.keyScale]),
  ]);
  const probabilities = g.op('Softmax', [scores], { axis: { int: -1 } });
  const peak = g.op('ReduceMax', [probabilities, g.ints(-1)], { keepdims: { int: 1 } });
  const shares = g.op('QuantizeLinear', [
    g.op('Div', [probabilities, peak]),
    g.float(PROBABILITY_STEP),
    g.small('uint8', [], Uint8Array.of(0)),
  ]);
  const sums = g.op('Cast', [g.op('MatMulInteger', [shares, memory.values])], { to: { int: 1 } });
  const mixed = g.op('Mul', [sums, g.op('Mul', [peak, memory.valueScale])]);
  return reshape(g, g.op('Transpose', [mixed], perm), -1, width);
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
