import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { Graph } from '../../../models/onnx/graph.ts';
import { modelBytes } from '../../../models/onnx/model-bytes.ts';
import { RECIPES } from '../../../models/whisper/precision.ts';
import { MASKED } from '../../../models/whisper/timestamp-rules.ts';
import { wideRows } from '../../../models/whisper/wide-rows.ts';

/** What the graphs of a precision find in rows of `n`. */
async function find(precision: 'int8' | 'fp16', rows: readonly Float32Array[], place: number) {
  const n = rows[0]!.length;
  const wide = wideRows(RECIPES[precision]);
  const g = new Graph('wide');
  const x = g.input('x', 'float', ['batch', n]);
  const max = wide.max(g, x, n);
  g.outputAs('max', max, 'float', ['batch', 1]);
  g.outputAs('argMax', wide.argMax(g, x, n), 'int64', ['batch', 1]);
  g.outputAs('sum', wide.logSumExp(g, x, n, max), 'float', ['batch', 1]);
  g.outputAs('share', wide.share(g, x, n, place), 'float', ['batch', 1]);
  const session = await ort.InferenceSession.create(modelBytes(g));
  const data = new Float32Array(rows.length * n);
  rows.forEach((row, index) => data.set(row, index * n));
  const outputs = await session.run({ x: new ort.Tensor('float32', data, [rows.length, n]) });
  await session.release();
  return rows.map((_, row) => ({
    max: Number(outputs.max!.data[row]),
    argMax: Number(outputs.argMax!.data[row]),
    sum: Number(outputs.sum!.data[row]),
    share: Number(outputs.share!.data[row]),
  }));
}

function expected(row: Float32Array, place: number) {
  const max = Math.max(...row);
  const sum = max + Math.log(row.reduce((total, value) => total + Math.exp(value - max), 0));
  return { max, argMax: row.indexOf(max), sum, share: Math.exp(row[place]! - sum) };
}

/** Numbers as logits are, without chance. */
const logits = (n: number, seed: number): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => 12 * Math.sin(i * 12.9898 + seed));

describe.each(['int8', 'fp16'] as const)('wide rows of %s', (precision) => {
  // The text of Whisper, its timestamps, a prime number of columns, and one.
  it.each([50_257, 1501, 107, 1])('of %d are searched and summed', async (n) => {
    const place = Math.floor(n / 3);
    const rows = [logits(n, 1), logits(n, 2), new Float32Array(n).fill(MASKED)];
    // Two are the largest: the first counts.
    if (n > 1) rows[1]!.set([20, 20], n - 2);
    const found = await find(precision, rows, place);
    found.forEach((row, index) => {
      const { max, argMax, sum, share } = expected(rows[index]!, place);
      expect(row.max).toBe(max);
      expect(row.argMax).toBe(argMax);
      expect(Math.abs(row.sum - sum)).toBeLessThanOrEqual(1e-5 + 1e-7 * Math.abs(sum));
      // Nobody asks for a share of what is masked throughout.
      if (max > MASKED) expect(row.share).toBeCloseTo(share, 6);
    });
  });
});
