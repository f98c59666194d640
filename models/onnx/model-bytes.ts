import { encodeGraph } from './encode.ts';
import type { Graph } from './graph.ts';
import { concat, header, integer, message, string } from './protobuf.ts';
import { RAW_DATA, tensorFields } from './tensor.ts';

/** A small graph as a serialized ONNX model (IR 10, opset 21, com.microsoft 1), for a session made from memory. */
export function modelBytes(graph: Graph): Uint8Array {
  const constants = [...graph.constants].map(([name, constant]) => {
    const content = constant.content();
    return message(5, [...tensorFields(name, constant), header(RAW_DATA, content.length), content]);
  });
  const opset = (domain: string, version: number) => message(8, [string(1, domain), integer(2, version)]);
  return concat([
    integer(1, 10),
    string(2, 'longhand'),
    opset('', 21),
    opset('com.microsoft', 1),
    message(7, [...encodeGraph(graph), ...constants]),
  ]);
}
