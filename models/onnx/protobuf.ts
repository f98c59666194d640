/**
 * The wire format of Protocol Buffers, as far as ONNX needs it (source: protobuf.dev, "Encoding").
 * A message is the concatenation of its fields, so a message is built as a list of byte arrays.
 */

const encoder = new TextEncoder();

/** Wire types. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** An unsigned or negative integer as a base-128 varint; negative numbers take ten bytes, as int64 asks. */
export function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const tag = (field: number, wire: number): Uint8Array => varint(field * 8 + wire);

/** A field holding an integer (int32, int64, enum). */
export const integer = (field: number, value: number | bigint): Uint8Array =>
  concat([tag(field, VARINT), varint(value)]);

/** A field holding a 32-bit float. */
export function float(field: number, value: number): Uint8Array {
  return concat([tag(field, FIXED32), new Uint8Array(new Float32Array([value]).buffer)]);
}

/** The bytes before a field of `length` bytes (bytes, string or message) whose content follows. */
export const header = (field: number, length: number): Uint8Array =>
  concat([tag(field, LENGTH_DELIMITED), varint(length)]);

/** A field holding a message given by its fields. */
export function message(field: number, fields: readonly Uint8Array[]): Uint8Array {
  const content = concat(fields);
  return concat([header(field, content.length), content]);
}

/** A field holding a string. */
export const string = (field: number, value: string): Uint8Array => message(field, [encoder.encode(value)]);
