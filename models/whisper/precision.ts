import type { LinearKind } from './linear.ts';

/** What a model computes with. */
export const PRECISIONS = ['fp32', 'int8', 'fp16'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** The choices a precision stands for. */
export interface Recipe {
  /** Type of activations that are not quantized, and of the key/value cache. */
  readonly real: 'float' | 'float16';
  readonly encoder: { readonly linear: LinearKind };
  readonly decoder: {
    readonly linear: LinearKind;
    /** Projection of encoder states to cross-attention keys and values; rows of several windows in one matrix. */
    readonly cross: LinearKind;
    /** Whether token embeddings, cross-attention keys and values are kept in 8 bits. */
    readonly isQuantized: boolean;
  };
}

export const RECIPES: Readonly<Record<Precision, Recipe>> = {
  fp32: {
    real: 'float',
    encoder: { linear: 'float' },
    decoder: { linear: 'float', cross: 'float', isQuantized: false },
  },
  int8: {
    real: 'float',
    encoder: { linear: 'int8-rows' },
    decoder: { linear: 'int8-blocks', cross: 'int8-rows', isQuantized: true },
  },
  fp16: {
    real: 'float16',
    encoder: { linear: 'float16' },
    decoder: { linear: 'float16', cross: 'float16', isQuantized: false },
  },
};
