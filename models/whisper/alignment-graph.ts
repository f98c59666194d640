import { Graph } from '../onnx/graph.ts';
import type { Weights } from '../readers/weights.ts';
import type { AlignmentHead } from './alignment-heads.ts';
import { HEAD_WIDTH } from './dims.ts';
import type { WhisperDims } from './dims.ts';
import { linear } from './linear.ts';
import { reshape } from './parts.ts';

/**
 * The cross-attention of the alignment heads, over the frames of the window alone, in 32 bits.
 *
 * Inputs: `states [frames, width]`, the encoder's of the window without its padding; `sought [tokens, heads, 64]`, as
 * the decoder gives it. Output: `scores [tokens, frames]`, the heads' mean, each head's frames standardised over the
 * tokens (openai/whisper, `find_alignment`).
 */
export function alignmentGraph(weights: Weights, dims: WhisperDims, heads: readonly AlignmentHead[]): Graph {
  const { width } = dims;
  const g = new Graph('alignment');
  const states = g.input('states', 'float', ['frames', width]);
  const sought = g.input('sought', 'float', ['tokens', heads.length, HEAD_WIDTH]);

  const keys = linear(g, states, keyMatrix(weights, heads, width), 'float');
  const byHead = g.op('Transpose', [reshape(g, keys, -1, heads.length, HEAD_WIDTH)], {
    perm: { ints: [1, 2, 0] },
  });
  const queries = g.op('Transpose', [sought], { perm: { ints: [1, 0, 2] } });
  const shares = g.op('Softmax', [g.op('MatMul', [queries, byHead])], { axis: { int: -1 } });

  const mean = (x: string) => g.op('ReduceMean', [x, g.ints(1)], { keepdims: { int: 1 } });
  const centred = g.op('Sub', [shares, mean(shares)]);
  const deviation = g.op('Sqrt', [mean(g.op('Mul', [centred, centred]))]);
  // A frame that every token hears alike has no deviation.
  const standardised = g.op('Div', [centred, g.op('Max', [deviation, g.float(1e-12)])]);
  const scores = g.op('ReduceMean', [standardised, g.ints(0)], { keepdims: { int: 0 } });
  g.outputAs('scores', scores, 'float', ['tokens', 'frames']);
  return g;
}

/** The projection of encoder states to the keys of the alignment heads, one head after the other. */
function keyMatrix(weights: Weights, heads: readonly AlignmentHead[], width: number) {
  const joined = (part: string, row: number) => () => {
    const values = new Float32Array(heads.length * HEAD_WIDTH * row);
    heads.forEach(([layer, head], i) => {
      const size = HEAD_WIDTH * row;
      const stored = weights.read(`decoder/layer_${layer}/attention/linear_1/${part}`);
      values.set(stored.subarray(head * size, (head + 1) * size), i * size);
    });
    return values;
  };
  return {
    name: 'keys',
    outputs: heads.length * HEAD_WIDTH,
    inputs: width,
    read: joined('weight', width),
    bias: joined('bias', 1),
  };
}
