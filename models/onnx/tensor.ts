import { integer, message, string } from './protobuf.ts';

/** ONNX element types (TensorProto.DataType) and their size in bytes. */
export const ELEMENT = {
  float: { code: 1, bytes: 4 },
  uint8: { code: 2, bytes: 1 },
  int8: { code: 3, bytes: 1 },
  int32: { code: 6, bytes: 4 },
  int64: { code: 7, bytes: 8 },
  bool: { code: 9, bytes: 1 },
  float16: { code: 10, bytes: 2 },
} as const;
export type Element = keyof typeof ELEMENT;

/** A constant of a graph. Its content is made when it is written, and not kept. */
export interface Constant {
  readonly type: Element;
  readonly dims: readonly number[];
  /** The elements in row-major order, little endian. */
  readonly content: () => Uint8Array;
}

/** Bytes of a constant's content, known without making it. */
export const contentLength = ({ type, dims }: Constant): number =>
  dims.reduce((product, size) => product * size, ELEMENT[type].bytes);

/** Bytes of a typed array, without a copy. */
export const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** The fields of a TensorProto before its content. */
export const tensorFields = (name: string, { type, dims }: Constant): Uint8Array[] => [
  ...dims.map((size) => integer(1, size)),
  integer(2, ELEMENT[type].code),
  string(8, name),
];

/** Number of TensorProto's field `raw_data`. */
export const RAW_DATA = 9;

/** The fields of a TensorProto that say where in another file its content lies. */
export function externalFields(location: string, offset: number, length: number): Uint8Array[] {
  const entry = (key: string, value: string) => message(13, [string(1, key), string(2, value)]);
  return [
    entry('location', location),
    entry('offset', String(offset)),
    entry('length', String(length)),
    integer(14, 1),
  ];
}
