import { Graph } from '../onnx/graph.ts';
import type { Weights } from '../readers/weights.ts';
import type { WhisperDims } from './dims.ts';
import { linear, real } from './linear.ts';
import type { Matrix } from './linear.ts';
import { gelu, layerNorm, reshape, slice, storedMatrix } from './parts.ts';
import { normedLinear } from './smoothing.ts';
import { isTrimmed } from './precision.ts';
import type { Recipe } from './precision.ts';

/**
 * The audio encoder for one window (Radford et al. 2022, section 2.2): `mel [1, mels, 2 · frames]`, of 30 s at most, to
 * `states [1, frames, width]`, 32-bit floats at both ends.
 */
export function encoderGraph(weights: Weights, dims: WhisperDims, recipe: Recipe): Graph {
  const { width, mels, heads, audioContext } = dims;
  const { linear: kind } = recipe.encoder;
  const g = new Graph('encoder');
  const mel = g.input('mel', 'float', [1, mels, isTrimmed(recipe) ? 'steps' : 2 * audioContext]);

  let x = g.op('Transpose', [mel], { perm: { ints: [0, 2, 1] } });
  if (recipe.real === 'float16') x = g.op('Cast', [x], { to: { int: 10 } });
  x = neighbours(g, x, mels, 1);
  x = gelu(g, linear(g, x, convolution(weights, 'encoder/conv1'), kind));
  x = neighbours(g, reshape(g, x, 1, -1, width), width, 2);
  x = gelu(g, linear(g, x, convolution(weights, 'encoder/conv2'), kind));
  const positions = 'encoder/position_encodings/encodings';
  const all = real(g, positions, recipe.real, [audioContext, width], () => weights.read(positions));
  const frames = g.op('Shape', [x], { start: { int: 0 }, end: { int: 1 } });
  x = g.op('Add', [x, g.op('Slice', [all, g.ints(0), frames, g.ints(0)])]);

  for (let i = 0; i < dims.encoderLayers; i++) {
    const layer = `encoder/layer_${i}`;
    const behindNorm = (part: string) => {
      const matrix = storedMatrix(weights, `${layer}/${part}/linear_0`);
      return normedLinear(g, weights, x, `${layer}/${part}/layer_norm`, matrix, kind, recipe.real);
    };
    const qkv = behindNorm('self_attention');
    const [q = '', k = '', v = ''] = g.many('Split', 3, [reshape(g, qkv, 1, -1, 3 * width)], {
      axis: { int: 2 },
      num_outputs: { int: 3 },
    });
    const attended = g.op('com.microsoft.MultiHeadAttention', [q, k, v], { num_heads: { int: heads } });
    const projection = storedMatrix(weights, `${layer}/self_attention/linear_1`);
    x = g.op('Add', [x, linear(g, reshape(g, attended, -1, width), projection, kind)]);

    const hidden = gelu(g, behindNorm('ffn'));
    x = g.op('Add', [x, linear(g, hidden, storedMatrix(weights, `${layer}/ffn/linear_1`), kind)]);
  }
  x = layerNorm(g, weights, x, 'encoder/layer_norm', recipe.real);
  if (recipe.real === 'float16') x = g.op('Cast', [x], { to: { int: 1 } });
  g.outputAs('states', reshape(g, x, 1, -1, width), 'float', [1, 'frames', width]);
  return g;
}

/**
 * `x [1, steps, channels]` to `[steps / stride, 3 · channels]`: each row holds a step with its neighbours, so that a
 * convolution of width 3 is a matrix product, which can be quantized.
 */
function neighbours(g: Graph, x: string, channels: number, stride: number): string {
  const padded = g.op('Pad', [x, g.ints(0, 1, 0, 0, 1, 0)]);
  const shifted = [-2, -1, Number.MAX_SAFE_INTEGER].map((end, shift) =>
    slice(g, padded, 1, shift, end, stride),
  );
  return reshape(g, g.op('Concat', shifted, { axis: { int: 2 } }), -1, 3 * channels);
}

/** A convolution's weights `[outputs, channels, 3]` as a matrix `[outputs, 3 · channels]`, tap by tap. */
function convolution(weights: Weights, name: string): Matrix {
  const [outputs = 0, channels = 0] = weights.shape(`${name}/weight`);
  const read = () => {
    const source = weights.read(`${name}/weight`);
    const result = new Float32Array(source.length);
    for (let output = 0; output < outputs; output++) {
      const start = output * channels * 3;
      for (let channel = 0; channel < channels; channel++) {
        for (let tap = 0; tap < 3; tap++) {
          result[start + tap * channels + channel] = source[start + channel * 3 + tap]!;
        }
      }
    }
    return result;
  };
  return { name, outputs, inputs: 3 * channels, read, bias: () => weights.read(`${name}/bias`) };
}
