import type { LinearKind } from './linear.ts';

/**
 * What a model computes with. Each stands for one graph, the same on every device, since a chunk's text may depend on
 * its precision and not on the device that came by.
 * - `fp32`, `fp16`: floats of that many bits; `fp16` is for CUDA, a CPU computes it in 32 bits.
 * - `int8`: weights and activations in 8 bits, for CPUs. CUDA has no kernels for its matrix products.
 * - `int8-fp16`: weights in 8 bits, all else as `fp16`, for CUDA.
 */
export const PRECISIONS = ['fp32', 'int8', 'fp16', 'int8-fp16'] as const;
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
    /** Cross-attention keys and values. */
    readonly memory: 'real' | 'int8';
    readonly embeddings: 'real' | 'int8';
  };
}

export const RECIPES: Readonly<Record<Precision, Recipe>> = {
  fp32: {
    real: 'float',
    encoder: { linear: 'float' },
    decoder: { linear: 'float', cross: 'float', memory: 'real', embeddings: 'real' },
  },
  int8: {
    real: 'float',
    encoder: { linear: 'int8-rows' },
    decoder: { linear: 'int8-rows', cross: 'int8-rows', memory: 'int8', embeddings: 'int8' },
  },
  fp16: {
    real: 'float16',
    encoder: { linear: 'float16' },
    decoder: { linear: 'float16', cross: 'float16', memory: 'real', embeddings: 'real' },
  },
  'int8-fp16': {
    real: 'float16',
    encoder: { linear: 'int8-blocks-float16' },
    decoder: {
      linear: 'int8-blocks-float16',
      cross: 'int8-blocks-float16',
      memory: 'real',
      embeddings: 'int8',
    },
  },
};
