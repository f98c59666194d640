import { encodeAttribute } from './attribute.ts';
import type { Graph, Node, Value } from './graph.ts';
import { integer, message, string } from './protobuf.ts';
import { ELEMENT } from './tensor.ts';

/** The fields of a GraphProto but for its constants. */
export function encodeGraph(graph: Graph): Uint8Array[] {
  return [
    ...graph.nodes.map(encodeNode),
    string(2, graph.name),
    ...graph.inputs.map((value) => encodeValue(11, value)),
    ...graph.outputs.map((value) => encodeValue(12, value)),
  ];
}

function encodeNode({ name, type, domain, inputs, outputs, attributes }: Node): Uint8Array {
  return message(1, [
    ...inputs.map((input) => string(1, input)),
    ...outputs.map((output) => string(2, output)),
    string(3, name),
    string(4, type),
    ...Object.entries(attributes).map(([key, value]) => encodeAttribute(key, value)),
    string(7, domain),
  ]);
}

/** ValueInfoProto. A value without dims has any rank. */
function encodeValue(field: number, { name, type, dims }: Value): Uint8Array {
  const size = (dim: number | string) =>
    message(1, [typeof dim === 'number' ? integer(1, dim) : string(2, dim)]);
  const shape = dims ? [message(2, dims.map(size))] : [];
  return message(field, [
    string(1, name),
    message(2, [message(1, [integer(1, ELEMENT[type].code), ...shape])]),
  ]);
}
