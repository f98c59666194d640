import { expect, test } from 'vitest';
import { gatesForOnnx, tapsFirst, transpose } from '../../../models/vad/weight-layout.ts';

const upTo = (length: number) => Float32Array.from({ length }, (_, index) => index);

test('transposes', () => {
  expect([...transpose(upTo(6), 2, 3)]).toEqual([0, 3, 1, 4, 2, 5]);
});

test('puts the taps of a kernel first', () => {
  // [outputs 2, inputs 2, taps 3]
  expect([...tapsFirst(upTo(12), 2, 2)]).toEqual([0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11]);
});

test("puts an LSTM's gates into ONNX's order", () => {
  expect([...gatesForOnnx(upTo(8))]).toEqual([0, 1, 6, 7, 2, 3, 4, 5]);
});
