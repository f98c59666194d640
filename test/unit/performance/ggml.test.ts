import { expect, it } from 'vitest';
import { halfToFloat } from '../../../models/readers/half.ts';
import { quantize } from '../../performance/contenders/ggml.ts';

it('quantizes blocks of 32 to 8 bits, each with its scale before it', () => {
  const values = Float32Array.from({ length: 64 }, (_, i) => (i < 32 ? i - 16 : 0));
  const bytes = quantize(values);
  expect(bytes).toHaveLength(2 * 34);
  const [scale = 0] = halfToFloat(Uint16Array.of(bytes.readUInt16LE(0)));
  expect(scale).toBeCloseTo(16 / 127, 4);
  for (let i = 0; i < 32; i++) {
    expect(Math.abs(bytes.readInt8(2 + i) * scale - (i - 16))).toBeLessThan(scale);
  }
  expect(bytes.subarray(34).every((byte) => byte === 0)).toBe(true);
});
