/**
 * 16-bit floating point: IEEE 754 binary16 ("half") and bfloat16, to and from 32 bits.
 * Node 20 has no `Float16Array`.
 */

let table: Float32Array | undefined;

/** All 65,536 halves as 32-bit floats (256 KiB, built at first use). */
function halfTable(): Float32Array {
  if (table) return table;
  table = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 0) table[bits] = sign * fraction * 2 ** -24;
    else if (exponent === 31) table[bits] = fraction ? NaN : sign * Infinity;
    else table[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return table;
}

/** Binary16 bits to 32-bit floats; exact. */
export function halfToFloat(bits: Uint16Array): Float32Array {
  const floats = halfTable();
  const result = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) result[i] = floats[bits[i]!]!;
  return result;
}

/** Bfloat16 bits to 32-bit floats; exact. */
export function bfloatToFloat(bits: Uint16Array): Float32Array {
  const result = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) result[i] = bits[i]! << 16;
  return new Float32Array(result.buffer);
}

/** 32-bit floats to binary16 bits, rounded to nearest, ties to even; what is too large becomes infinite. */
export function floatToHalf(values: Float32Array): Uint16Array {
  const source = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const result = new Uint16Array(values.length);
  for (let i = 0; i < source.length; i++) {
    const bits = source[i]!;
    const sign = (bits >>> 16) & 0x8000;
    const magnitude = bits & 0x7fffffff;
    let half: number;
    if (magnitude > 0x7f800000) half = 0x7e00;
    else if (magnitude >= 0x47800000) half = 0x7c00;
    else if (magnitude >= 0x38800000)
      half = (magnitude - 0x38000000 + 0xfff + ((magnitude >> 13) & 1)) >>> 13;
    else half = roundHalfEven(Math.abs(values[i]!) * 2 ** 24);
    result[i] = sign | half;
  }
  return result;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
