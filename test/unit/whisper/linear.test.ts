import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { Graph } from '../../../models/onnx/graph.ts';
import { modelBytes } from '../../../models/onnx/model-bytes.ts';
import { linear, type LinearKind } from '../../../models/whisper/linear.ts';

const [ROWS, INPUTS, OUTPUTS] = [5, 96, 40];
const noise = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(i * i * 0.37 * seed) * Math.cos(i));

const x = noise(ROWS * INPUTS, 1);
const weights = noise(OUTPUTS * INPUTS, 2);
const bias = noise(OUTPUTS, 3);

/** `x · weightsᵀ + bias`, as it is written. */
const exact = Array.from({ length: ROWS * OUTPUTS }, (_, i) => {
  const [row, output] = [Math.floor(i / OUTPUTS), i % OUTPUTS];
  let sum = bias[output]!;
  for (let k = 0; k < INPUTS; k++) sum += x[row * INPUTS + k]! * weights[output * INPUTS + k]!;
  return sum;
});
const norm = (values: readonly number[]) => Math.hypot(...values);

async function computed(kind: LinearKind): Promise<number[]> {
  const g = new Graph('linear');
  const input = g.input('x', 'float', [ROWS, INPUTS]);
  const matrix = { name: 'w', outputs: OUTPUTS, inputs: INPUTS, read: () => weights, bias: () => bias };
  g.outputAs('y', linear(g, input, matrix, kind), 'float', [ROWS, OUTPUTS]);
  const session = await ort.InferenceSession.create(modelBytes(g), { intraOpNumThreads: 1 });
  const { y } = await session.run({ x: new ort.Tensor('float32', x, [ROWS, INPUTS]) });
  await session.release();
  return Array.from(y!.data as Float32Array);
}

// The share of the product that its error may be: about half a step of the coarser operand.
it.each([
  ['float', 1e-6],
  ['int8-rows', 0.01],
  ['int7-rows', 0.015],
  ['int8-blocks', 0.01],
  ['int4-blocks', 0.12],
] as const)('a matrix product of %s is right within %d', async (kind, share) => {
  const errors = (await computed(kind)).map((value, i) => value - exact[i]!);
  expect(norm(errors) / norm(exact)).toBeLessThan(share);
});
