import { BLOCK, quantizeBlocks, quantizeOutputs } from './quantize.ts';
import type { Quantized } from './quantize.ts';
import type { Graph } from '../onnx/graph.ts';
import { bytesOf } from '../onnx/tensor.ts';
import type { Element } from '../onnx/tensor.ts';
import { floatToHalf } from '../readers/half.ts';

/**
 * How `x · Wᵀ + b` is computed.
 * - `float`, `float16`: as it stands.
 * - `int8-rows`: signed weights with a scale per output; activations quantized with a scale per row of `x`.
 * - `int7-rows`: the same with weights within ±64.
 * - `int8-blocks`, `int4-blocks`: weights of so many bits with a scale per 32, activations in 8 bits likewise; fastest
 *   for few rows.
 * - `int8-blocks-float16`: the same weights with scales of 16 bits, activations `float16` as they are.
 */
export type LinearKind =
  'float' | 'float16' | 'int8-rows' | 'int7-rows' | 'int8-blocks' | 'int4-blocks' | 'int8-blocks-float16';

/**
 * The most that signed weights and unsigned activations of 8 bits may reach. Without VNNI, MLAS adds two of their
 * products in 16 bits: 2 · 255 · 64 fits into them, 2 · 255 · 127 does not.
 */
export const MOST = { int8: 127, int7: 64 } as const;

/** A weight matrix `[outputs, inputs]`, made when it is written. */
export interface Matrix {
  readonly name: string;
  readonly outputs: number;
  readonly inputs: number;
  readonly read: () => Float32Array;
  readonly bias?: () => Float32Array;
}

/** Adds a constant that is stored as `type`. */
export function real(
  g: Graph,
  name: string,
  type: 'float' | 'float16',
  dims: readonly number[],
  read: () => Float32Array,
): string {
  const content = () => bytesOf(type === 'float16' ? floatToHalf(read()) : read());
  return g.weight(name, { type, dims, content });
}

/** `x [rows, inputs]` to `[rows, outputs]`. */
export function linear(g: Graph, x: string, matrix: Matrix, kind: LinearKind): string {
  const { name, inputs, outputs, bias } = matrix;
  const type = kind === 'float16' || kind === 'int8-blocks-float16' ? 'float16' : 'float';
  const b = bias ? [real(g, `${name}.bias`, type, [outputs], bias)] : [];
  switch (kind) {
    case 'float':
    case 'float16': {
      const w = real(g, name, type, [outputs, inputs], matrix.read);
      return g.op('Gemm', [x, w, ...b], { transB: { int: 1 } });
    }
    case 'int8-rows':
    case 'int7-rows': {
      const [w, scales] = outputWeights(g, matrix, MOST[kind === 'int7-rows' ? 'int7' : 'int8']);
      const { quantized, scale } = quantizeActivations(g, x);
      const y = g.op('com.microsoft.MatMulIntegerToFloat', [quantized, w, g.float(1), scales, zeroPoint(g)]);
      const scaled = g.op('Mul', [y, g.op('Unsqueeze', [scale, g.ints(1)])]);
      return b.length > 0 ? g.op('Add', [scaled, ...b]) : scaled;
    }
    case 'int8-blocks':
    case 'int4-blocks':
    case 'int8-blocks-float16': {
      // The first convolution of models with 80 mels has rows of no whole number of blocks.
      if (inputs % BLOCK > 0) return linear(g, x, matrix, type);
      const blocks = inputs / BLOCK;
      const bits = kind === 'int4-blocks' ? 4 : 8;
      const [w, scales] = quantizedWeights(
        g,
        name,
        'uint8',
        [outputs, blocks, (BLOCK * bits) / 8],
        [outputs, blocks],
        () => quantizeBlocks(matrix.read(), bits),
        type,
      );
      return g.op('com.microsoft.MatMulNBits', [x, w, scales, '', '', ...b], {
        K: { int: inputs },
        N: { int: outputs },
        bits: { int: bits },
        block_size: { int: BLOCK },
        // Whether activations are quantized too, which is fast on CPUs; CUDA's kernel never does.
        accuracy_level: { int: type === 'float' ? 4 : 0 },
      });
    }
  }
}

/** The zero point of activations in unsigned 8 bits. */
const zeroPoint = (g: Graph): string => g.small('uint8', [], Uint8Array.of(128));

/** `x [rows, inputs]` to unsigned 8 bits around 128, each row with a scale: 127ths of its largest magnitude. */
function quantizeActivations(g: Graph, x: string): { quantized: string; scale: string } {
  const over = (type: string) => g.op(type, [x, g.ints(-1)], { keepdims: { int: 0 } });
  const largest = g.op('Max', [over('ReduceMax'), g.op('Neg', [over('ReduceMin')]), g.float(1e-9)]);
  const scale = g.op('Mul', [largest, g.float(1 / 127)]);
  const zeroPoints = g.op('Expand', [zeroPoint(g), g.op('Shape', [scale])]);
  return { quantized: g.op('QuantizeLinear', [x, scale, zeroPoints], { axis: { int: 0 } }), scale };
}

function outputWeights(g: Graph, { name, inputs, outputs, read }: Matrix, most: number): [string, string] {
  return quantizedWeights(g, name, 'int8', [inputs, outputs], [outputs], () =>
    quantizeOutputs(read(), outputs, most),
  );
}

/** Adds quantized weights and their scales; they are made once, and only the scales are kept until written. */
export function quantizedWeights(
  g: Graph,
  name: string,
  type: Element,
  dims: readonly number[],
  scaleDims: readonly number[],
  quantize: () => Quantized<Int8Array | Uint8Array>,
  scaleType: 'float' | 'float16' = 'float',
): [string, string] {
  let scales: Float32Array | undefined;
  const values = () => {
    const quantized = quantize();
    scales = quantized.scales;
    return bytesOf(quantized.values);
  };
  return [
    g.weight(`${name}.${type}`, { type, dims, content: values }),
    real(g, `${name}.scales`, scaleType, scaleDims, () => scales ?? quantize().scales),
  ];
}
