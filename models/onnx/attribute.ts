import type { Graph } from './graph.ts';
import { encodeGraph } from './encode.ts';
import { concat, float, header, integer, message, string } from './protobuf.ts';
import { RAW_DATA, tensorFields } from './tensor.ts';
import type { Constant } from './tensor.ts';

/** The value of a node's attribute (AttributeProto). */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly tensor: Constant }
  | { readonly graph: Graph };

/** AttributeProto.AttributeType. */
const TYPE = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, ints: 7 } as const;

/** An attribute as a field of NodeProto. */
export function encodeAttribute(name: string, value: Attribute): Uint8Array {
  const fields = (type: number, ...content: Uint8Array[]) =>
    message(5, [string(1, name), ...content, integer(20, type)]);
  if ('int' in value) return fields(TYPE.int, integer(3, value.int));
  if ('ints' in value) return fields(TYPE.ints, ...value.ints.map((each) => integer(8, each)));
  if ('float' in value) return fields(TYPE.float, float(2, value.float));
  if ('string' in value) return fields(TYPE.string, string(4, value.string));
  if ('graph' in value) return fields(TYPE.graph, message(6, encodeGraph(value.graph)));
  const content = value.tensor.content();
  const tensor = concat([...tensorFields('', value.tensor), header(RAW_DATA, content.length), content]);
  return fields(TYPE.tensor, message(5, [tensor]));
}
