import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
    expect(() => openWeights(tmpdir())).toThrow(invalid(/neither/));
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
