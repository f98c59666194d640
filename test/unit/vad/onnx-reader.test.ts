import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, header, integer, message, string } from '../../../models/onnx/protobuf.ts';
import { readWeights } from '../../../models/vad/onnx-reader.ts';

const FLOAT = 1;
const INT64 = 7;

/** A TensorProto as an initializer of a graph. */
function initializer(name: string, type: number, dims: Uint8Array[], data: ArrayBufferView): Uint8Array {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return message(5, [...dims, integer(2, type), string(8, name), header(9, raw.length), raw]);
}

const model = (...initializers: Uint8Array[]): Uint8Array =>
  concat([integer(1, 8), message(7, initializers)]);

describe('the weights of an ONNX model', () => {
  test('come by name with shape and values', () => {
    const weights = readWeights(
      model(
        initializer('axis', INT64, [integer(1, 1)], BigInt64Array.of(3n)),
        initializer('w', FLOAT, [integer(1, 2), integer(1, 300)], new Float32Array(600).fill(0.5)),
        initializer('scalar', FLOAT, [], Float32Array.of(-2)),
      ),
    );
    expect([...weights.keys()]).toEqual(['w', 'scalar']);
    expect(weights.get('w')).toEqual({ shape: [2, 300], data: new Float32Array(600).fill(0.5) });
    expect(weights.get('scalar')).toEqual({ shape: [], data: Float32Array.of(-2) });
  });

  test('may have their shape packed into one field', () => {
    const packed = concat([header(1, 3), Uint8Array.of(2, 0x80, 0x01)]);
    const weights = readWeights(model(initializer('w', FLOAT, [packed], new Float32Array(256))));
    expect(weights.get('w')?.shape).toEqual([2, 128]);
  });

  test('are refused where the data does not fill the shape', () => {
    const short = model(initializer('w', FLOAT, [integer(1, 4)], new Float32Array(3)));
    expect(() => readWeights(short)).toThrow('tensor w of shape [4] has 12 bytes of data');
    expect(() => readWeights(short)).toThrow(expect.objectContaining({ code: 'LH_MODEL_INVALID' }));
  });

  test('are refused in a file cut anywhere, or of any bytes, with a code', () => {
    const whole = model(initializer('w', FLOAT, [integer(1, 4)], new Float32Array(4)));
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => readWeights(whole.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'LH_MODEL_INVALID' }),
      );
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => readWeights(bytes)).toThrow(expect.objectContaining({ code: 'LH_MODEL_INVALID' }));
      }),
    );
  });
});
