import * as ort from 'onnxruntime-node';
import { LonghandError } from '../../workflows/errors.ts';
import { Graph } from '../onnx/graph.ts';
import { modelBytes } from '../onnx/model-bytes.ts';
import { linear, type LinearKind } from './linear.ts';
import { RECIPES, type Precision } from './precision.ts';
import { LARGEST } from './quantized-memory.ts';

const INPUTS = 256;
const OUTPUTS = 64;
/** Share of a product that rounding may take: scales are no powers of two. */
const TOLERANCE = 1e-3;

/**
 * Multiplies the largest numbers that a precision's 8-bit products can meet, with the kernels of this processor, and
 * compares with the exact sums; once for a process, since neither changes.
 * @throws LH_PRECISION_INEXACT when they differ.
 */
export function demandExactProducts(precision: Precision): Promise<void> {
  const known = outcomes.get(precision) ?? check(precision);
  outcomes.set(precision, known);
  return known;
}

const outcomes = new Map<Precision, Promise<void>>();

async function check(precision: Precision): Promise<void> {
  const { encoder, decoder } = RECIPES[precision];
  const kinds = new Set([encoder.linear, decoder.linear, decoder.cross].filter(isInteger));
  for (const kind of kinds) demandExact(precision, kind, await linearProducts(kind), INPUTS);
  if (decoder.memory === 'real') return;
  const { left, right } = LARGEST[decoder.memory];
  for (const [rows, [unsigned, signed]] of [[2, left] as const, [1, right] as const]) {
    const products = await memoryProducts(rows, unsigned, signed);
    demandExact(precision, 'cross-attention', products, INPUTS * unsigned * signed);
  }
}

/** Linears that also quantize what they multiply by; the others compute in floats. */
const isInteger = (kind: LinearKind): boolean =>
  kind === 'int8-rows' || kind === 'int7-rows' || kind === 'int8-blocks' || kind === 'int4-blocks';

/** A row of ones by weights of ones and of −1, alternately: `[2, OUTPUTS]`, as a run has one row or several. */
async function linearProducts(kind: LinearKind): Promise<ArrayLike<number>> {
  const g = new Graph('products');
  const x = g.input('x', 'float', [2, INPUTS]);
  const read = () =>
    Float32Array.from({ length: OUTPUTS * INPUTS }, (_, i) => signOf(Math.floor(i / INPUTS)));
  const matrix = { name: 'weights', outputs: OUTPUTS, inputs: INPUTS, read };
  g.outputAs('y', linear(g, x, matrix, kind), 'float', [2, OUTPUTS]);
  return run(g, { x: new ort.Tensor('float32', new Float32Array(2 * INPUTS).fill(1), [2, INPUTS]) });
}

/** `rows` of `unsigned` by `signed` and −`signed`, alternately: `[rows, OUTPUTS]`. */
async function memoryProducts(rows: number, unsigned: number, signed: number): Promise<ArrayLike<number>> {
  const g = new Graph('products');
  const x = g.input('x', 'uint8', [rows, INPUTS]);
  const memory = g.input('memory', 'int8', [INPUTS, OUTPUTS]);
  g.outputAs('y', g.op('MatMulInteger', [x, memory]), 'int32', [rows, OUTPUTS]);
  const columns = Int8Array.from({ length: INPUTS * OUTPUTS }, (_, i) => signed * signOf(i % OUTPUTS));
  return run(g, {
    x: new ort.Tensor('uint8', new Uint8Array(rows * INPUTS).fill(unsigned), [rows, INPUTS]),
    memory: new ort.Tensor('int8', columns, [INPUTS, OUTPUTS]),
  });
}

const signOf = (output: number): number => (output % 2 === 0 ? 1 : -1);

async function run(g: Graph, inputs: Record<string, ort.Tensor>): Promise<ArrayLike<number>> {
  const session = await ort.InferenceSession.create(modelBytes(g), { intraOpNumThreads: 1 });
  try {
    return (await session.run(inputs)).y!.data as Float32Array | Int32Array;
  } finally {
    await session.release();
  }
}

function demandExact(precision: Precision, what: string, products: ArrayLike<number>, size: number): void {
  for (let i = 0; i < products.length; i++) {
    const [expected, came] = [size * signOf(i), products[i]!];
    if (Math.abs(came - expected) <= TOLERANCE * size) continue;
    throw new LonghandError(
      'LH_PRECISION_INEXACT',
      `Expected this processor to compute ${what} of ${precision} as ${expected}, but ${came} came: take int7.`,
    );
  }
}
