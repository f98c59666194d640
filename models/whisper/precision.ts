import type { LinearKind } from './linear.ts';

/**
 * What a model computes with. Each stands for one graph, the same on every device, since a chunk's text may depend on
 * its precision and not on the device that came by.
 * - `fp32`, `fp16`: floats of that many bits; `fp16` is for CUDA, a CPU computes it in 32 bits.
 * - `int8`: weights and activations in 8 bits, for CPUs. CUDA has no kernels for its matrix products.
 * - `int7`: as `int8`, the weights that meet 8-bit activations within ±64, for CPUs whose 8-bit products saturate
 *   (`saturatesProducts`).
 * - `int8-blocks`, `int4-blocks`: weights in 8 or 4 bits with a scale per 32, for CPUs short of memory.
 * - `int8-fp16`: weights in 8 bits, all else as `fp16`, for CUDA.
 */
export const PRECISIONS = [
  'fp32',
  'fp16',
  'int8',
  'int7',
  'int8-blocks',
  'int4-blocks',
  'int8-fp16',
] as const;
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
    readonly memory: 'real' | 'int8' | 'int7';
    readonly embeddings: 'real' | 'int8';
  };
}

/**
 * Whether windows are encoded at their real length (`framesOf`), so that rows of several lengths share
 * a run of the decoder. Cross-attention in 8 bits gives a row the same whatever follows its frames. `fp32` has to give
 * the tokens of CTranslate2, which encodes windows whole.
 */
export const isTrimmed = ({ decoder }: Recipe): boolean => decoder.memory !== 'real';

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
  int7: {
    real: 'float',
    encoder: { linear: 'int7-rows' },
    decoder: { linear: 'int8-blocks', cross: 'int7-rows', memory: 'int7', embeddings: 'int8' },
  },
  'int8-blocks': {
    real: 'float',
    encoder: { linear: 'int8-blocks' },
    decoder: { linear: 'int8-blocks', cross: 'int8-blocks', memory: 'int7', embeddings: 'int8' },
  },
  'int4-blocks': {
    real: 'float',
    encoder: { linear: 'int4-blocks' },
    decoder: { linear: 'int4-blocks', cross: 'int4-blocks', memory: 'int7', embeddings: 'int8' },
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
