import type { Graph } from '../onnx/graph.ts';
import type { Weights } from '../readers/weights.ts';
import { linear } from './linear.ts';
import type { LinearKind, Matrix } from './linear.ts';
import { layerNorm } from './parts.ts';

/** How much of a channel's range is moved from the activations to the weights (α of SmoothQuant). */
const SHARE = 0.7;

/**
 * A layer norm and the matrix behind it, `x [rows, inputs]` to `[rows, outputs]`. Where the activations between them are
 * quantized a row at a time, each channel is divided by a factor that the matrix's column is multiplied by, which makes
 * their ranges more alike and changes nothing else: SmoothQuant (Xiao et al. 2022), with the norm's own parameters in the
 * place of calibration.
 */
export function normedLinear(
  g: Graph,
  weights: Weights,
  x: string,
  norm: string,
  matrix: Matrix,
  kind: LinearKind,
  type: 'float' | 'float16',
): string {
  if (kind !== 'int8-rows' && kind !== 'int7-rows')
    return linear(g, layerNorm(g, weights, x, norm, type), matrix, kind);
  let known: Float32Array | undefined;
  const factors = () => (known ??= smoothingFactors(weights, norm, matrix));
  const read = () => {
    const columns = factors();
    return matrix.read().map((weight, index) => weight * columns[index % matrix.inputs]!);
  };
  const normed = layerNorm(g, weights, x, norm, type, factors);
  return linear(g, normed, { ...matrix, name: `${matrix.name}.smooth`, read }, kind);
}

/** A factor per channel; the norm's output is taken to reach three times its gamma on either side of its beta. */
function smoothingFactors(weights: Weights, norm: string, { read, inputs }: Matrix): Float32Array {
  const beta = weights.read(`${norm}/beta`);
  const largest = new Float32Array(inputs);
  for (const [index, weight] of read().entries()) {
    const channel = index % inputs;
    largest[channel] = Math.max(largest[channel]!, Math.abs(weight));
  }
  return weights.read(`${norm}/gamma`).map((gamma, channel) => {
    const reach = 3 * Math.abs(gamma) + Math.abs(beta[channel]!);
    return reach ** SHARE / Math.max(largest[channel]!, 1e-5) ** (1 - SHARE) || 1;
  });
}
