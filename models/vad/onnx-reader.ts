import { LonghandError } from '../../workflows/errors.ts';

/** A constant of an ONNX model. */
export interface Weight {
  readonly shape: readonly number[];
  /** Row-major, as many values as the product of `shape`. */
  readonly data: Float32Array;
}

// Field numbers of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_DIMS = 1;
const TENSOR_DATA_TYPE = 2;
const TENSOR_NAME = 8;
const TENSOR_RAW_DATA = 9;
const FLOAT = 1;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

interface Field {
  readonly number: number;
  /** The value of a varint; 0 for other wire types. */
  readonly value: number;
  /** The bytes of a length-delimited field; empty for other wire types. */
  readonly bytes: Uint8Array;
}

/**
 * The float32 initializers of an ONNX model's main graph, by name. Tensors of other types are left out.
 *
 * @param model A serialized `ModelProto`.
 * @throws LH_MODEL_INVALID where the bytes are no ONNX model.
 */
export function readWeights(model: Uint8Array): Map<string, Weight> {
  const weights = new Map<string, Weight>();
  for (const graph of fieldsNumbered(model, MODEL_GRAPH)) {
    for (const tensor of fieldsNumbered(graph.bytes, GRAPH_INITIALIZER)) readTensor(tensor.bytes, weights);
  }
  if (weights.size === 0) throw invalid('it holds no float weights');
  return weights;
}

function readTensor(tensor: Uint8Array, weights: Map<string, Weight>): void {
  const shape: number[] = [];
  let type = 0;
  let name = '';
  let raw = new Uint8Array();
  for (const { number, value, bytes } of fields(tensor)) {
    if (number === TENSOR_DIMS) shape.push(...(bytes.length > 0 ? packedVarints(bytes) : [value]));
    else if (number === TENSOR_DATA_TYPE) type = value;
    else if (number === TENSOR_NAME) name = new TextDecoder().decode(bytes);
    else if (number === TENSOR_RAW_DATA) raw = new Uint8Array(bytes);
  }
  if (type !== FLOAT) return;
  const size = shape.reduce((product, length) => product * length, 1);
  if (raw.length !== 4 * size) {
    throw invalid(`tensor ${name} of shape [${shape.join(', ')}] has ${raw.length} bytes of data`);
  }
  weights.set(name, { shape, data: new Float32Array(raw.buffer) });
}

function* fieldsNumbered(message: Uint8Array, number: number): Generator<Field> {
  for (const field of fields(message)) if (field.number === number) yield field;
}

/** Walks the fields of a protobuf message (https://protobuf.dev/programming-guides/encoding). */
function* fields(message: Uint8Array): Generator<Field> {
  let position = 0;
  while (position < message.length) {
    const tag = varint(message, position);
    const wireType = tag.value & 7;
    const content = wireType === VARINT || wireType === LENGTH_DELIMITED ? varint(message, tag.end) : tag;
    const end = content.end + contentLength(wireType, content.value);
    if (end > message.length) throw invalid('it ends within a field');
    yield {
      number: tag.value >>> 3,
      value: wireType === VARINT ? content.value : 0,
      bytes: wireType === LENGTH_DELIMITED ? message.subarray(content.end, end) : new Uint8Array(),
    };
    position = end;
  }
}

/** Bytes that follow a field's tag, and its length where it has one. */
function contentLength(wireType: number, length: number): number {
  if (wireType === VARINT) return 0;
  if (wireType === LENGTH_DELIMITED) return length;
  if (wireType === FIXED64) return 8;
  if (wireType === FIXED32) return 4;
  throw invalid(`it has a field of wire type ${wireType}`);
}

function varint(message: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = message[start + index];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  throw invalid('it has a number that does not end');
}

function packedVarints(bytes: Uint8Array): number[] {
  const values: number[] = [];
  let position = 0;
  while (position < bytes.length) {
    const { value, end } = varint(bytes, position);
    values.push(value);
    position = end;
  }
  return values;
}

const invalid = (why: string): LonghandError =>
  new LonghandError('LH_MODEL_INVALID', `Expected an ONNX model, but ${why}.`);
