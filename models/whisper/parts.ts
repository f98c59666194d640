import type { Graph } from '../onnx/graph.ts';
import type { Weights } from '../readers/weights.ts';
import { real } from './linear.ts';
import type { Matrix } from './linear.ts';

/** The matrix and bias stored under `name`, with `outputs` × `inputs` weights. */
export function storedMatrix(weights: Weights, name: string): Matrix {
  const [outputs = 0, inputs = 0] = weights.shape(`${name}/weight`);
  return {
    name,
    outputs,
    inputs,
    read: () => weights.read(`${name}/weight`),
    bias: () => weights.read(`${name}/bias`),
  };
}

/**
 * LayerNormalization over the last axis with the parameters stored under `name`; each channel of the result is divided
 * by its factor, where there are factors.
 */
export function layerNorm(
  g: Graph,
  weights: Weights,
  x: string,
  name: string,
  type: 'float' | 'float16',
  factors?: () => Float32Array,
): string {
  const read = (part: string) => {
    const divisors = factors?.();
    return weights.read(part).map((value, channel) => value / (divisors?.[channel] ?? 1));
  };
  const parameter = (part: string) =>
    real(g, `${name}/${part}`, type, weights.shape(`${name}/${part}`), () => read(`${name}/${part}`));
  return g.op('LayerNormalization', [x, parameter('gamma'), parameter('beta')], {
    epsilon: { float: 1e-5 },
    axis: { int: -1 },
  });
}

/** The exact Gaussian error linear unit. */
export const gelu = (g: Graph, x: string): string => g.op('com.microsoft.Gelu', [x]);

/** Reshape to a shape known when the graph is built; −1 stands for the rest. */
export const reshape = (g: Graph, x: string, ...shape: number[]): string =>
  g.op('Reshape', [x, g.ints(...shape)]);

/** The elements `from` up to `to` (exclusive) of one axis. */
export const slice = (g: Graph, x: string, axis: number, from: number, to: number, step = 1): string =>
  g.op('Slice', [x, g.ints(from), g.ints(to), g.ints(axis), g.ints(step)]);
