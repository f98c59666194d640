import { LonghandError } from '../../workflows/errors.ts';
import { demandTiedHead } from './tied-head.ts';
import { WeightFile } from './weight-file.ts';
import { ELEMENT_BYTES, elements, storedWeights } from './weights.ts';
import type { ElementType, StoredTensor, Weights } from './weights.ts';

/** Element types by CTranslate2's number. */
const TYPES: Readonly<Record<number, ElementType>> = {
  0: 'F32',
  1: 'I8',
  2: 'I16',
  3: 'I32',
  4: 'F16',
  5: 'BF16',
};

/** Binary versions whose variables are laid out as read here. */
const VERSIONS = { lowest: 4, highest: 6 };

/**
 * Opens a CTranslate2 `model.bin` of a Whisper model: u32 version, specification name, u32 revision, u32 count
 * and the variables (name, u8 rank, u32 sizes, u8 type, u32 bytes, data), u32 count and the aliases (name, name).
 * A name is a u16 length and so many bytes, the last one zero. Little endian. Weights may be floats of 32 or 16 bits,
 * or integers of 8 or 16 bits beside which stands what they are divided by, `…/weight_scale`.
 * @throws LH_MODEL_INVALID when the file is no such model, is cut short, or is followed by other bytes.
 */
export function openCt2(path: string): Weights {
  const file = new WeightFile(path);
  try {
    const tensors = readVariables(file);
    demandTiedHead(tensors, path);
    return storedWeights(path, [file], tensors);
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

function readVariables(file: WeightFile): Map<string, StoredTensor> {
  const invalid = (message: string) => new LonghandError('LH_MODEL_INVALID', message);
  const cursor = new Cursor(file);
  const version = cursor.number(4);
  if (version < VERSIONS.lowest || version > VERSIONS.highest) {
    throw invalid(
      `Expected ${file.path} to be a CTranslate2 model of version ${VERSIONS.lowest} to ${VERSIONS.highest}, but it begins with ${version}.`,
    );
  }
  const specification = cursor.name();
  if (specification !== 'WhisperSpec') {
    throw invalid(
      `Expected ${file.path} to be of WhisperSpec, but it is of ${JSON.stringify(specification)}.`,
    );
  }
  cursor.skip(4);

  const tensors = new Map<string, StoredTensor>();
  for (let left = cursor.number(4); left > 0; left--) {
    const name = cursor.name();
    const shape = Array.from({ length: cursor.number(1) }, () => cursor.number(4));
    const code = cursor.number(1);
    const type = TYPES[code];
    if (!type)
      throw invalid(
        `Expected ${name} of ${file.path} to have an element type of 0 to 5, but it has ${code}.`,
      );
    const bytes = cursor.number(4);
    const count = elements(shape);
    if (bytes !== count * ELEMENT_BYTES[type]) {
      throw invalid(
        `Expected ${name} [${shape.join(', ')}] of ${file.path} to take ${count * ELEMENT_BYTES[type]} bytes, but it takes ${bytes}.`,
      );
    }
    tensors.set(name, { shape, parts: [{ type, file, offset: cursor.position, count }] });
    cursor.skip(bytes);
  }
  attachScales(tensors, file.path);
  for (let left = cursor.number(4); left > 0; left--) {
    const alias = cursor.name();
    const target = cursor.name();
    const tensor = tensors.get(target);
    if (!tensor) throw invalid(`Expected ${alias} of ${file.path} to name a tensor, but it names ${target}.`);
    tensors.set(alias, tensor);
  }
  if (cursor.position !== file.size) {
    throw invalid(`Expected ${file.path} to end after ${cursor.position} bytes, but it has ${file.size}.`);
  }
  return tensors;
}

/** Gives quantized weights their scales: one for each row where they have 8 bits, one for all where they have 16. */
function attachScales(tensors: Map<string, StoredTensor>, path: string): void {
  for (const [name, tensor] of tensors) {
    const type = tensor.parts[0]!.type;
    if (!name.endsWith('/weight') || (type !== 'I8' && type !== 'I16')) continue;
    const scales = tensors.get(`${name}_scale`);
    const expected = type === 'I8' ? tensor.shape[0]! : 1;
    const count = scales && elements(scales.shape);
    if (!scales || count !== expected) {
      throw new LonghandError(
        'LH_MODEL_INVALID',
        `Expected ${expected} scales in ${name}_scale of ${path}, as ${name} is of integers, but there are ${count ?? 'none'}.`,
      );
    }
    tensors.set(name, { ...tensor, scales });
  }
}

/** Reads the small fields between the data through one buffer. */
class Cursor {
  position = 0;
  private readonly file: WeightFile;
  private buffer = Buffer.alloc(0);
  private bufferStart = 0;

  constructor(file: WeightFile) {
    this.file = file;
  }

  number(bytes: 1 | 2 | 4): number {
    return this.take(bytes).readUIntLE(0, bytes);
  }

  name(): string {
    return this.take(this.number(2)).toString('utf8').replace(/\0$/, '');
  }

  skip(bytes: number): void {
    this.position += bytes;
    if (this.position > this.file.size) this.file.read(this.position, 0);
  }

  private take(bytes: number): Buffer {
    const end = this.position + bytes;
    if (this.position < this.bufferStart || end > this.bufferStart + this.buffer.length) {
      const length = Math.max(bytes, Math.min(4096, this.file.size - this.position));
      this.buffer = Buffer.from(this.file.read(this.position, length).buffer);
      this.bufferStart = this.position;
    }
    const from = this.position - this.bufferStart;
    this.position = end;
    return this.buffer.subarray(from, from + bytes);
  }
}
