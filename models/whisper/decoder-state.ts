import type { Carried } from '../onnx/control-flow.ts';
import type { Graph } from '../onnx/graph.ts';
import type { Constant } from '../onnx/tensor.ts';
import { HEAD_WIDTH } from './dims.ts';
import type { WhisperDims } from './dims.ts';
import type { Recipe } from './precision.ts';
import type { SpecialTokens } from './special-tokens.ts';

/** A value for each row. */
export const PER_ROW = ['batch', 1] as const;

/** Name of a layer's keys or values of earlier tokens among the carried values. */
export const pastName = (part: 'keys' | 'values', layer: number): string => `${part}${layer}`;

/** What a turn of the search gives to the next, `[batch, 1]` but for `ids [batch, steps]`. */
export const SEARCH_TYPES = {
  ids: 'int64',
  isFinished: 'bool',
  logProbability: 'float',
  isTimestamp: 'bool',
  lastTimestamp: 'int64',
  hasText: 'bool',
} as const;
export type Search = Record<keyof typeof SEARCH_TYPES, string>;

/**
 * What the loop carries from turn to turn, as it is before the first. `prompts [batch, n]` stand before
 * `<|startoftranscript|>`, and give the batch.
 */
export function carriedValues(
  g: Graph,
  prompts: string,
  dims: WhisperDims,
  recipe: Recipe,
  tokens: SpecialTokens,
): Record<string, Carried> {
  const { heads, decoderLayers } = dims;
  const batch = g.op('Shape', [prompts], { start: { int: 0 }, end: { int: 1 } });
  const filled = (value: Constant, ...sizes: number[]) =>
    g.op('ConstantOfShape', [g.op('Concat', [batch, g.ints(...sizes)], { axis: { int: 0 } })], {
      value: { tensor: value },
    });
  const integers = (value: number): Constant => ({
    type: 'int64',
    dims: [1],
    content: () => new Uint8Array(BigInt64Array.of(BigInt(value)).buffer),
  });
  const zeros = (type: 'float' | 'float16' | 'bool'): Constant => ({
    type,
    dims: [1],
    content: () => new Uint8Array({ float: 4, float16: 2, bool: 1 }[type]),
  });
  const no = filled(zeros('bool'), 1);
  const yes = g.op('Not', [no]);
  const nothing = filled(zeros('float'), 1);
  const noPast = filled(zeros(recipe.real), heads, 0, HEAD_WIDTH);
  const start = filled(integers(tokens.startOfTranscript), 1);
  const first = g.op('Concat', [prompts, start], { axis: { int: 1 } });
  const carried: Record<string, Carried> = {
    ids: { type: 'int64', dims: ['batch', 'steps'], initial: first },
    offset: { type: 'int64', dims: [1], initial: g.ints(0) },
    sequence: { type: 'int64', dims: ['batch', 'n'], initial: filled(integers(0), 0) },
    isFinished: { type: 'bool', dims: PER_ROW, initial: no },
    logProbability: { type: 'float', dims: PER_ROW, initial: nothing },
    noSpeech: { type: 'float', dims: PER_ROW, initial: nothing },
    languageProbabilities: {
      type: 'float',
      dims: ['batch', tokens.languages.length],
      initial: filled(zeros('float'), tokens.languages.length),
    },
    isTimestamp: { type: 'bool', dims: PER_ROW, initial: yes },
    wasTimestamp: { type: 'bool', dims: PER_ROW, initial: yes },
    lastTimestamp: { type: 'int64', dims: PER_ROW, initial: filled(integers(-1), 1) },
    hasText: { type: 'bool', dims: PER_ROW, initial: no },
  };
  for (let i = 0; i < decoderLayers; i++) {
    for (const part of ['keys', 'values'] as const) {
      const dims = ['batch', heads, 'past', HEAD_WIDTH];
      carried[pastName(part, i)] = { type: recipe.real, dims, initial: noPast };
    }
  }
  return carried;
}
