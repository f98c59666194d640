import type { Graph } from '../onnx/graph.ts';
import type { Weights } from '../readers/weights.ts';
import { HEAD_WIDTH } from './dims.ts';
import type { WhisperDims } from './dims.ts';
import { linear } from './linear.ts';
import type { Matrix } from './linear.ts';
import { reshape } from './parts.ts';
import type { Recipe } from './precision.ts';
import { quantizedAttention, quantizedMemory } from './quantized-memory.ts';
import type { MemorySide, QuantizedMemory } from './quantized-memory.ts';

/** Keys and values of one layer's cross-attention. */
export type CrossMemory =
  /** `[batch, heads, frames, 64]` each. */
  { readonly kind: 'real'; readonly keys: string; readonly values: string } | QuantizedMemory;

/** Projects encoder states `[batch, frames, width]` to the cross-attention memory of one decoder layer. */
export function crossMemory(
  g: Graph,
  weights: Weights,
  states: string,
  padding: string,
  layer: string,
  dims: WhisperDims,
  recipe: Recipe,
  side: MemorySide,
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
  const kind = recipe.decoder.memory;
  if (kind !== 'real') return quantizedMemory(g, keys, values, padding, kind, side);
  const heads4 = (x: string) => g.op('Transpose', [x], { perm: { ints: [0, 2, 1, 3] } });
  return { kind, keys: heads4(keys), values: heads4(values) };
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
  return quantizedAttention(g, g.op('Reshape', [queries, shape4]), memory, width);
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
