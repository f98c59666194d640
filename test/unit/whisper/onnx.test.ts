import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { choose, loop } from '../../../models/onnx/control-flow.ts';
import { Graph } from '../../../models/onnx/graph.ts';
import { varint } from '../../../models/onnx/protobuf.ts';
import { bytesOf } from '../../../models/onnx/tensor.ts';
import { writeModel } from '../../../models/onnx/write.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'longhand-onnx-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Values of `[4, 300]`: above the size that may be external, and no two alike. */
const matrix = Float32Array.from({ length: 1200 }, (_, i) => i / 7);

function product(): Graph {
  const g = new Graph('product');
  const x = g.input('x', 'float', ['rows', 4]);
  const w = g.weight('w', { type: 'float', dims: [4, 300], content: () => bytesOf(matrix) });
  const more = g.weight('more', {
    type: 'float',
    dims: [300],
    content: () => bytesOf(matrix.subarray(0, 300)),
  });
  g.outputAs('y', g.op('Add', [g.op('MatMul', [x, w]), more]), 'float', ['rows', 300]);
  return g;
}

async function rowOne(path: string): Promise<number[]> {
  const session = await ort.InferenceSession.create(path);
  const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(0, 1, 0, 0), [1, 4]) });
  await session.release();
  return [...(y!.data as Float32Array)];
}

test('ONNX Runtime reads what was written, constants inside or outside of the file', async () => {
  const expected = Array.from({ length: 300 }, (_, i) => Math.fround(matrix[300 + i]! + matrix[i]!));
  const [inside] = writeModel(product(), join(folder, 'inside.onnx'));
  expect(await rowOne(join(folder, 'inside.onnx'))).toEqual(expected);

  const files = writeModel(product(), join(folder, 'outside.onnx'), { externalThreshold: 5000 });
  expect(files.map(({ name }) => name)).toEqual(['outside.onnx', 'outside.onnx.data']);
  expect(statSync(join(folder, 'outside.onnx')).size).toBeLessThan(1000);
  expect(await rowOne(join(folder, 'outside.onnx'))).toEqual(expected);
  for (const { name, bytes, sha256 } of [inside!, ...files]) {
    const content = readFileSync(join(folder, name));
    expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256]);
  }
});

test('a loop carries its values and keeps some of each turn, an if chooses, attributes of every kind arrive', async () => {
  const g = new Graph('control');
  const limit = g.input('limit', 'int64', []);
  const start = g.op('ConstantOfShape', [g.ints(1, 2)], {
    value: { tensor: { type: 'float', dims: [1], content: () => bytesOf(Float32Array.of(1.5)) } },
  });
  const carried = {
    sum: { type: 'float', dims: [1, 2], initial: start },
    turns: { type: 'int64', dims: [], initial: g.int(0) },
  } as const;
  const { sum, turns, before } = loop(g, limit, carried, { before: 'float' }, (body, turn, now) => {
    const isEven = body.op('Equal', [body.op('Mod', [turn, body.int(2)]), body.int(0)]);
    const { value } = choose(
      body,
      isEven,
      { value: 'float' },
      (branch) => ({ value: branch.op('Add', [now.sum, branch.float(1)]) }),
      () => ({ value: now.sum }),
    );
    const next = body.op('Add', [now.turns, body.int(1)]);
    const isGoingOn = body.op('Less', [next, body.int(5)]);
    return { isGoingOn, next: { sum: value, turns: next }, keep: { before: now.sum } };
  });
  const leaky = g.op('LeakyRelu', [g.op('Neg', [g.op('Transpose', [sum], { perm: { ints: [1, 0] } })])], {
    alpha: { float: 0.5 },
  });
  const padded = g.op('Pad', [leaky, g.ints(1, 0, 0, 0)], { mode: { string: 'edge' } });
  g.outputAs('y', padded, 'float', [3, 1]);
  g.outputAs('turns', turns, 'int64', []);
  g.outputAs('before', before, 'float', ['n', 1, 2]);
  writeModel(g, join(folder, 'control.onnx'));

  const session = await ort.InferenceSession.create(join(folder, 'control.onnx'));
  const run = async (count: bigint) => {
    const result = await session.run({ limit: new ort.Tensor('int64', BigInt64Array.of(count), []) });
    expect(result.before!.dims.slice(1)).toEqual([1, 2]);
    const before = [...(result.before!.data as Float32Array)].filter((_, index) => index % 2 === 0);
    const turnsDone = Number((result.turns!.data as BigInt64Array)[0]);
    return [[...(result.y!.data as Float32Array)], turnsDone, before];
  };
  expect(await run(3n)).toEqual([[-1.75, -1.75, -1.75], 3, [1.5, 2.5, 2.5]]);
  expect(await run(100n)).toEqual([[-2.25, -2.25, -2.25], 5, [1.5, 2.5, 2.5, 3.5, 3.5]]);
  await session.release();
});

test('equal small constants are one, unequal ones and other types are not', () => {
  const g = new Graph('constants');
  const inner = g.subgraph('inner');
  expect(g.ints(1, -1)).toBe(inner.ints(1, -1));
  expect(new Set([g.int(1), g.ints(1), g.float(1), g.int(2)]).size).toBe(4);
  expect(inner.constants.size).toBe(5);
});

test('varints', () => {
  expect([...varint(0)]).toEqual([0]);
  expect([...varint(300)]).toEqual([0xac, 0x02]);
  expect([...varint(-1)]).toEqual([...Array<number>(9).fill(255), 1]);
  expect([...varint(2n ** 40n)]).toEqual([128, 128, 128, 128, 128, 32]);
});

test('a constant whose content has another size is a defect', () => {
  const g = new Graph('wrong');
  g.weight('w', { type: 'float', dims: [3], content: () => new Uint8Array(8) });
  expect(() => writeModel(g, join(folder, 'wrong.onnx'))).toThrow(/12 bytes, but 8/);
});
