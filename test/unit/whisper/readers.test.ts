import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCt2 } from '../../../models/readers/ct2.ts';
import { bfloatToFloat, floatToHalf, halfToFloat } from '../../../models/readers/half.ts';
import { openWeights } from '../../../models/readers/open.ts';
import { openSafetensors } from '../../../models/readers/safetensors.ts';
import { dimsOf } from '../../../models/whisper/dims.ts';
import { ct2Bytes, hubTensors, safetensorsBytes, writeTinyModel } from './tiny-model.ts';

let folder: string;
let tensors: ReturnType<typeof writeTinyModel>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhand-readers-'));
  tensors = writeTinyModel(join(folder, 'tiny'), 2000);
  writeFileSync(join(folder, 'model.safetensors'), safetensorsBytes(hubTensors(tensors)));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const damaged = (name: string, bytes: Buffer): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const invalid = (words: RegExp) =>
  expect.objectContaining({
    code: 'LH_MODEL_INVALID',
    message: expect.stringMatching(words) as string,
  }) as Error;

test('both layouts give the tensors that were written', () => {
  using ct2 = openCt2(join(folder, 'tiny', 'model.bin'));
  using hub = openSafetensors(join(folder, 'model.safetensors'));
  for (const [name, { shape, values }] of tensors) {
    for (const weights of [ct2, hub]) {
      expect(weights.shape(name), name).toEqual(shape);
      expect(Buffer.from(weights.read(name).buffer).equals(Buffer.from(values.buffer)), name).toBe(true);
    }
  }
  expect(dimsOf(ct2)).toEqual(dimsOf(hub));
  expect(dimsOf(ct2)).toMatchObject({ heads: 1, width: 64, vocabulary: 2000, encoderLayers: 1, mels: 80 });
  expect(ct2.names).toContain('decoder/projection/weight');
});

test('weights of the hub in several files are one model', () => {
  const sharded = join(folder, 'sharded');
  mkdirSync(sharded);
  const all = [...hubTensors(tensors)];
  const parts = [all.slice(0, 7), all.slice(7)].map((part, i) => ({ name: `model-${i}.safetensors`, part }));
  for (const { name, part } of parts) {
    writeFileSync(join(sharded, name), safetensorsBytes(new Map(part)));
  }
  const map = parts.flatMap(({ name, part }) => part.map(([tensor]) => [tensor, name]));
  const index = join(sharded, 'model.safetensors.index.json');
  writeFileSync(index, JSON.stringify({ metadata: {}, weight_map: Object.fromEntries(map) as object }));
  using weights = openWeights(sharded);
  for (const [name, { values }] of tensors) {
    expect(Buffer.from(weights.read(name).buffer).equals(Buffer.from(values.buffer)), name).toBe(true);
  }

  writeFileSync(index, JSON.stringify({ weight_map: { a: '../model.safetensors' } }));
  expect(() => openWeights(sharded)).toThrow(invalid(/beside it, but it names "..\/model.safetensors"/));
  writeFileSync(index, '{}');
  expect(() => openWeights(sharded)).toThrow(invalid(/a weight_map/));
});

describe("CTranslate2's integers", () => {
  const name = 'encoder/layer_0/ffn/linear_0/weight';
  const quantized = (top: number, scales: readonly number[]) => {
    const { shape, values } = tensors.get(name)!;
    const run = values.length / scales.length;
    const integers = values.map((value, i) => Math.round(value * scales[Math.floor(i / run)]!));
    expect(Math.max(...integers.map(Math.abs))).toBeLessThanOrEqual(top);
    const all = { shape, integers: top === 127 ? Int8Array.from(integers) : Int16Array.from(integers) };
    const scaled = { shape: scales.length === 1 ? [] : [scales.length], values: Float32Array.from(scales) };
    return new Map(tensors).set(name, { ...all, values }).set(`${name}_scale`, scaled);
  };
  const rows = 128;

  test.each([
    ['8 bits, a scale for each row', 127, Array.from({ length: rows }, (_, row) => 800 + row)],
    ['16 bits, one scale', 32767, [8191]],
  ])('of %s are read as what they stand for', (_, top, scales) => {
    using weights = openCt2(damaged('quantized.bin', ct2Bytes(quantized(top, scales))));
    const { values } = tensors.get(name)!;
    const read = weights.read(name);
    const error = Math.max(...values.map((value, i) => Math.abs(value - read[i]!)));
    expect(error).toBeLessThan(0.51 / Math.min(...scales));
    expect(error).toBeGreaterThan(0);
  });

  test('without their scales are refused', () => {
    const changed = quantized(
      127,
      Array.from({ length: rows }, () => 900),
    );
    changed.delete(`${name}_scale`);
    expect(() => openCt2(damaged('unscaled.bin', ct2Bytes(changed)))).toThrow(
      invalid(/128 scales in .*weight_scale .*but there are none/),
    );
  });
});

test('an output projection of its own is refused, the same numbers once more are not', () => {
  const hub = hubTensors(tensors);
  const { shape, values } = tensors.get('decoder/embeddings/weight')!;
  hub.set('proj_out.weight', { shape, values: values.slice() });
  openSafetensors(damaged('tied.safetensors', safetensorsBytes(hub)))[Symbol.dispose]();
  hub.set('proj_out.weight', { shape, values: values.map((value, i) => (i === 5 ? 1 : value)) });
  expect(() => openSafetensors(damaged('untied.safetensors', safetensorsBytes(hub)))).toThrow(
    invalid(/output projection/),
  );
});

test('a file cut anywhere is refused, and so is one with bytes behind its end', () => {
  const whole = ct2Bytes(tensors);
  for (const length of [0, 3, 20, 60, 5000, whole.length - 1]) {
    expect(() => openCt2(damaged('cut.bin', whole.subarray(0, length)))).toThrow(
      invalid(/ends after|be at least|have at least/),
    );
  }
  expect(() => openCt2(damaged('long.bin', Buffer.concat([whole, Buffer.of(0)])))).toThrow(
    invalid(/to end after/),
  );
  const hub = safetensorsBytes(hubTensors(tensors));
  for (const length of [0, 7, 100, hub.length - 1]) {
    expect(() => openSafetensors(damaged('cut.safetensors', hub.subarray(0, length)))).toThrow(
      invalid(/have at least/),
    );
  }
});

describe('what is no model', () => {
  test.each([
    ['another version', (bytes: Buffer) => bytes.writeUInt32LE(9, 0), /version 4 to 6, but it begins with 9/],
    ['another specification', (bytes: Buffer) => bytes.write('Whimper', 6), /of WhisperSpec, but/],
  ])('%s', (_, damage, words) => {
    const bytes = ct2Bytes(tensors);
    damage(bytes);
    expect(() => openCt2(damaged('other.bin', bytes))).toThrow(invalid(words));
  });

  test('text, a folder without weights', () => {
    const text = Buffer.from('{"this": "is no model but long enough to have a header"}');
    expect(() => openCt2(damaged('text.bin', text))).toThrow(invalid(/CTranslate2/));
    expect(() => openSafetensors(damaged('text.safetensors', text))).toThrow(invalid(/header/));
    expect(() => openWeights(tmpdir())).toThrow(invalid(/none of them/));
  });

  test('a tensor of another shape, or none', () => {
    const bias = 'decoder/layer_0/ffn/linear_1/bias';
    const changed = new Map(tensors).set(bias, { shape: [63], values: new Float32Array(63) });
    using other = openCt2(damaged('shape.bin', ct2Bytes(changed)));
    expect(() => dimsOf(other)).toThrow(
      invalid(/linear_1\/bias to have the shape \[64\], but it has \[63\]/),
    );
    changed.delete(bias);
    using without = openCt2(damaged('without.bin', ct2Bytes(changed)));
    expect(() => dimsOf(without)).toThrow(invalid(/a tensor decoder\/layer_0\/ffn\/linear_1\/bias/));
    const hub = hubTensors(tensors);
    hub.delete('model.encoder.layers.0.self_attn.v_proj.bias');
    expect(() => openSafetensors(damaged('less.safetensors', safetensorsBytes(hub)))).toThrow(
      invalid(/v_proj\.bias/),
    );
  });
});

test('16-bit floats: every half survives the way there and back; rounding is to even', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i).filter(
    (bits) => (bits & 0x7c00) !== 0x7c00 || !(bits & 0x3ff),
  );
  expect(floatToHalf(halfToFloat(all))).toEqual(all);
  const values = Float32Array.of(
    1,
    -2,
    65504,
    65520,
    2 ** -24,
    2 ** -26,
    1 + 2 ** -11,
    1 + 3 * 2 ** -11,
    NaN,
  );
  expect([...halfToFloat(floatToHalf(values))]).toEqual([
    1,
    -2,
    65504,
    Infinity,
    2 ** -24,
    0,
    1,
    1 + 2 ** -9,
    NaN,
  ]);
  expect([...bfloatToFloat(Uint16Array.of(0x3f80, 0xc000))]).toEqual([1, -2]);
});
