import { encodeGraph } from '../onnx/encode.ts';
import type { Graph } from '../onnx/graph.ts';
import { concat, header, integer, message, string } from '../onnx/protobuf.ts';
import { RAW_DATA, tensorFields } from '../onnx/tensor.ts';

/** A small graph as a serialized ONNX model (IR 10, opset 21), for a session made from memory. */
export function modelBytes(graph: Graph): Uint8Array {
  const constants = [...graph.constants].map(([name, constant]) => {
    const content = constant.content();
    return message(5, [...tensorFields(name, constant), header(RAW_DATA, content.length), content]);
  });
  const opset = message(8, [string(1, ''), integer(2, 21)]);
  return concat([
    integer(1, 10),
    string(2, 'longhand'),
    opset,
    message(7, [...encodeGraph(graph), ...constants]),
  ]);
}
