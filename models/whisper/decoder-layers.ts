import type { Graph } from '../onnx/graph.ts';
import type { Weights } from '../readers/weights.ts';
import { crossAttention, queryMatrix } from './attention.ts';
import type { CrossMemory } from './attention.ts';
import type { AlignmentHead } from './alignment-heads.ts';
import { HEAD_WIDTH } from './dims.ts';
import type { WhisperDims } from './dims.ts';
import { linear, quantizedWeights, real } from './linear.ts';
import type { Matrix } from './linear.ts';
import { gelu, storedMatrix } from './parts.ts';
import type { Recipe } from './precision.ts';
import { quantizeRows } from './quantize.ts';
import { normedLinear } from './smoothing.ts';

/** Name of the token embeddings, which are also the output projection. */
export const EMBEDDINGS = 'decoder/embeddings/weight';

/** Keys and values of earlier tokens, `[batch, heads, tokens, 64]`, layer by layer. */
export interface Past {
  readonly keys: string;
  readonly values: string;
}

/**
 * The text decoder's layers: token ids `[batch, steps]`, `offset [1]` tokens after the first, to the last token's
 * hidden state `[batch, width]`, before the norm of the output projection, and what its `alignmentHeads` look for in
 * the cross-attention, `[batch, heads, 64]`.
 */
export function decoderLayers(
  g: Graph,
  weights: Weights,
  dims: WhisperDims,
  recipe: Recipe,
  ids: string,
  offset: string,
  past: readonly Past[],
  memory: readonly CrossMemory[],
  alignmentHeads: readonly AlignmentHead[],
): { hidden: string; present: Past[]; sought: string } {
  const { width, heads } = dims;
  const { real: type } = recipe;
  const kind = recipe.decoder.linear;
  const shape = g.op('Shape', [ids]);
  const steps = g.op('Shape', [ids], { start: { int: 1 } });
  const withAxes = (...sizes: number[]) => g.op('Concat', [shape, g.ints(...sizes)], { axis: { int: 0 } });
  const shape3 = withAxes(width);
  const shape4 = withAxes(heads, HEAD_WIDTH);
  const fused = withAxes(3 * width);
  const flat = (x: string) => g.op('Reshape', [x, g.ints(-1, width)]);

  const positionsName = 'decoder/position_encodings/encodings';
  const positions = real(g, positionsName, type, [dims.textContext, width], () =>
    weights.read(positionsName),
  );
  const here = g.op('Slice', [positions, offset, g.op('Add', [offset, steps]), g.ints(0)]);
  let x = flat(g.op('Add', [embed(g, weights, dims, recipe, ids), here]));

  const present: Past[] = [];
  const sought: string[] = [];
  for (let i = 0; i < dims.decoderLayers; i++) {
    const layer = `decoder/layer_${i}`;
    const stored = (name: string) => storedMatrix(weights, `${layer}/${name}`);
    const behindNorm = (part: string, matrix: Matrix) =>
      normedLinear(g, weights, x, `${layer}/${part}/layer_norm`, matrix, kind, type);

    const qkv = g.op('Reshape', [behindNorm('self_attention', stored('self_attention/linear_0')), fused]);
    const [q = '', k = '', v = ''] = g.many('Split', 3, [qkv], { axis: { int: 2 }, num_outputs: { int: 3 } });
    const [attended = '', keys = '', values = ''] = g.many(
      'com.microsoft.MultiHeadAttention',
      3,
      [q, k, v, '', '', '', past[i]?.keys ?? '', past[i]?.values ?? ''],
      { num_heads: { int: heads }, unidirectional: { int: 1 } },
    );
    present.push({ keys, values });
    x = g.op('Add', [x, linear(g, flat(attended), stored('self_attention/linear_1'), kind)]);

    const queries = behindNorm('attention', queryMatrix(weights, `${layer}/attention/linear_0`, width));
    const own = alignmentHeads.filter(([at]) => at === i).map(([, head]) => head);
    if (own.length > 0) {
      const last = g.op('Gather', [g.op('Reshape', [queries, shape4]), g.int(-1)], { axis: { int: 1 } });
      sought.push(g.op('Gather', [last, g.ints(...own)], { axis: { int: 1 } }));
    }
    const heard = crossAttention(g, queries, memory[i]!, dims, shape3, shape4);
    x = g.op('Add', [x, linear(g, heard, stored('attention/linear_2'), kind)]);

    const hidden = gelu(g, behindNorm('ffn', stored('ffn/linear_0')));
    x = g.op('Add', [x, linear(g, hidden, stored('ffn/linear_1'), kind)]);
  }
  const last = g.op('Gather', [g.op('Reshape', [x, shape3]), g.int(-1)], { axis: { int: 1 } });
  return { hidden: last, present, sought: g.op('Concat', sought, { axis: { int: 1 } }) };
}

/** Rows of the embedding table; where they are kept in 8 bits, each has a scale. */
function embed(g: Graph, weights: Weights, dims: WhisperDims, recipe: Recipe, ids: string): string {
  const { vocabulary, width } = dims;
  const read = () => weights.read(EMBEDDINGS);
  if (recipe.decoder.embeddings === 'real') {
    return g.op('Gather', [real(g, EMBEDDINGS, recipe.real, [vocabulary, width], read), ids]);
  }
  const [rows, scales] = quantizedWeights(
    g,
    'decoder/embeddings/rows',
    'int8',
    [vocabulary, width],
    [vocabulary, 1],
    () => quantizeRows(read(), vocabulary),
  );
  const embedded = g.op('Mul', [
    g.op('Cast', [g.op('Gather', [rows, ids])], { to: { int: 1 } }),
    g.op('Gather', [scales, ids]),
  ]);
  return recipe.real === 'float16' ? g.op('Cast', [embedded], { to: { int: 10 } }) : embedded;
}
