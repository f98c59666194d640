import type { Attribute } from './attribute.ts';
import { bytesOf } from './tensor.ts';
import type { Constant, Element } from './tensor.ts';

/** A named input or output; a dimension is a size or the name of an unknown one. */
export interface Value {
  readonly name: string;
  readonly type: Element;
  readonly dims?: readonly (number | string)[];
}

export interface Node {
  readonly name: string;
  readonly type: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

type Attributes = Readonly<Record<string, Attribute>>;

/**
 * An ONNX graph under construction. Values are their names. Constants live in the outermost graph, where
 * sub-graphs (of `Loop` and `If`) see them; equal small constants are one.
 */
export class Graph {
  readonly name: string;
  readonly nodes: Node[] = [];
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  private readonly root: Graph;
  private readonly held = new Map<string, Constant>();
  private counter = 0;

  constructor(name: string, parent?: Graph) {
    this.name = name;
    this.root = parent?.root ?? this;
  }

  /** The constants by name, of the whole model. */
  get constants(): ReadonlyMap<string, Constant> {
    return this.root.held;
  }

  /** A graph inside this one, which sees this one's values. */
  subgraph(name: string): Graph {
    return new Graph(this.unique(name), this);
  }

  /** A name nothing else has. */
  unique(stem: string): string {
    return `${stem}_${this.root.counter++}`;
  }

  /** Declares an input. */
  input(name: string, type: Element, dims: readonly (number | string)[]): string {
    this.inputs.push({ name, type, dims });
    return name;
  }

  /** Declares `value` as the next output. */
  output(value: string, type: Element, dims?: readonly (number | string)[]): void {
    this.outputs.push({ name: value, type, ...(dims && { dims }) });
  }

  /** Declares `value` as the next output, under a name of its own. */
  outputAs(name: string, value: string, type: Element, dims: readonly (number | string)[]): void {
    this.add('Identity', [value], [name], {});
    this.output(name, type, dims);
  }

  /** Adds a node with one output. A type may carry its domain: `com.microsoft.Gelu`. An input '' is left out. */
  op(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const output = this.unique(type);
    this.add(type, inputs, [output], attributes);
    return output;
  }

  /** Adds a node with several outputs. */
  many(type: string, count: number, inputs: readonly string[], attributes: Attributes = {}): string[] {
    const outputs = Array.from({ length: count }, () => this.unique(type));
    this.add(type, inputs, outputs, attributes);
    return outputs;
  }

  private add(
    type: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes,
  ): void {
    const dot = type.lastIndexOf('.');
    this.nodes.push({
      name: outputs[0] ?? this.unique(type),
      type: type.slice(dot + 1),
      domain: type.slice(0, Math.max(dot, 0)),
      inputs,
      outputs,
      attributes,
    });
  }

  /** A large constant, whose content is made when the model is written. A name stands for one content. */
  weight(name: string, constant: Constant): string {
    if (!this.root.held.has(name)) this.root.held.set(name, constant);
    return name;
  }

  /** A one-dimensional constant of 64-bit integers: shapes, axes, slice bounds. */
  ints(...values: number[]): string {
    return this.small('int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  /** A scalar of 64 bits. */
  int(value: number): string {
    return this.small('int64', [], BigInt64Array.of(BigInt(value)));
  }

  /** A scalar of type float. */
  float(value: number): string {
    return this.small('float', [], Float32Array.of(value));
  }

  /** A small constant; equal ones are shared. */
  small(type: Element, dims: readonly number[], values: ArrayBufferView): string {
    const content = bytesOf(values);
    const name = `${type}[${dims.join('x')}]${Buffer.from(content).toString('hex')}`;
    return this.weight(name, { type, dims, content: () => content });
  }
}
