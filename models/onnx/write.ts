import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { encodeGraph } from './encode.ts';
import type { Graph } from './graph.ts';
import { concat, header, integer, message, string } from './protobuf.ts';
import { RAW_DATA, contentLength, externalFields, tensorFields } from './tensor.ts';

/** Protocol Buffers end at 2 GiB; the rest is room for what is not counted. */
const EXTERNAL_THRESHOLD = 2 ** 31 - 2 ** 20;

/** Constants below this size (bytes) stay in the model file. */
const SMALL = 1024;

/** External tensors begin at multiples of this (bytes), so that they can be mapped. */
const ALIGNMENT = 4096;

/** A file that was written. */
export interface WrittenFile {
  /** Its name in the model's folder. */
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/**
 * Writes a graph as an ONNX model (IR 10, opset 21, com.microsoft 1), one constant at a time, and flushes it to
 * disk. Where its constants exceed `externalThreshold` bytes they go to a second file, named as the first with
 * `.data` behind.
 */
export function writeModel(
  graph: Graph,
  path: string,
  { externalThreshold = EXTERNAL_THRESHOLD } = {},
): WrittenFile[] {
  let total = 0;
  for (const constant of graph.constants.values()) total += contentLength(constant);
  using external = total > externalThreshold ? new HashedFile(`${path}.data`) : undefined;

  const body = encodeGraph(graph);
  let length = body.reduce((sum, part) => sum + part.length, 0);
  let offset = 0;
  const constants = [...graph.constants].map(([name, constant]) => {
    const size = contentLength(constant);
    const fields = tensorFields(name, constant);
    const isExternal = external !== undefined && size >= SMALL;
    if (isExternal) {
      offset = Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
      fields.push(...externalFields(basename(external.path), offset, size));
    } else {
      fields.push(header(RAW_DATA, size));
    }
    const proto = concat(fields);
    const head = concat([header(5, proto.length + (isExternal ? 0 : size)), proto]);
    length += head.length + (isExternal ? 0 : size);
    const place = { head, constant, size, isExternal, offset };
    if (isExternal) offset += size;
    return place;
  });

  using model = new HashedFile(path);
  const opset = (domain: string, version: number) => message(8, [string(1, domain), integer(2, version)]);
  model.write(
    concat([
      integer(1, 10),
      string(2, 'longhand'),
      opset('', 21),
      opset('com.microsoft', 1),
      header(7, length),
    ]),
  );
  for (const part of body) model.write(part);
  for (const { head, constant, size, isExternal, offset: start } of constants) {
    model.write(head);
    const content = constant.content();
    if (content.length !== size)
      throw new RangeError(`Expected a constant of ${size} bytes, but ${content.length} came.`);
    if (isExternal) external?.write(new Uint8Array(start - external.bytes));
    (isExternal ? external : model)?.write(content);
  }
  return [model, ...(external ? [external] : [])].map((file) => file.finish());
}

/** A file that knows the checksum of what was written to it. */
class HashedFile implements Disposable {
  readonly path: string;
  bytes = 0;
  private readonly descriptor: number;
  private readonly hash = createHash('sha256');

  constructor(path: string) {
    this.path = path;
    this.descriptor = openSync(path, 'w');
  }

  write(content: Uint8Array): void {
    for (let done = 0; done < content.length;) done += writeSync(this.descriptor, content, done);
    this.hash.update(content);
    this.bytes += content.length;
  }

  finish(): WrittenFile {
    fsyncSync(this.descriptor);
    return { name: basename(this.path), bytes: this.bytes, sha256: this.hash.digest('hex') };
  }

  [Symbol.dispose](): void {
    closeSync(this.descriptor);
  }
}

/** Flushes a folder, so that the names in it survive a loss of power. */
export function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
