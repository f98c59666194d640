import { LonghandError } from '../../workflows/errors.ts';
import { whisperNames } from './safetensors-names.ts';
import { demandTiedHead } from './tied-head.ts';
import { WeightFile } from './weight-file.ts';
import { ELEMENT_BYTES, elements, storedWeights } from './weights.ts';
import type { StoredPart, StoredTensor, Weights } from './weights.ts';

/** A header larger than this is no header of a model (the format's own bound). */
const HEADER_LIMIT = 100_000_000;

/**
 * Opens the safetensors files of a Whisper model as published by the model hub, one or several. Each is: u64 length, a
 * JSON header of that length (name → type, shape, first and last byte after the header), then the data. Little endian.
 * The tensors appear under CTranslate2's names, projections fused as there.
 * @param place the file or folder that errors name.
 * @throws LH_MODEL_INVALID when the files are no such model or one is cut short.
 */
export function openSafetensors(place: string, paths: readonly string[] = [place]): Weights {
  const files: WeightFile[] = [];
  try {
    const plain = new Map<string, PlainTensor>();
    for (const path of paths) {
      const file = new WeightFile(path);
      files.push(file);
      for (const [name, tensor] of readHeader(file)) plain.set(name, tensor);
    }
    const tensors = whisperNames(plain, place);
    demandTiedHead(tensors, place);
    return storedWeights(place, files, tensors);
  } catch (error) {
    for (const file of files) file[Symbol.dispose]();
    throw error;
  }
}

/** A tensor as the file has it. */
export interface PlainTensor extends StoredTensor {
  readonly parts: readonly [StoredPart];
}

interface HeaderEntry {
  readonly dtype: 'F32' | 'F16' | 'BF16';
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function readHeader(file: WeightFile): Map<string, PlainTensor> {
  const invalid = (message: string, cause?: unknown) =>
    new LonghandError('LH_MODEL_INVALID', message, { cause });
  const length = Number(Buffer.from(file.read(0, 8).buffer).readBigUInt64LE());
  if (length > HEADER_LIMIT) {
    throw invalid(
      `Expected the header of ${file.path} to be below ${HEADER_LIMIT} bytes, but it says ${length}.`,
    );
  }
  const text = Buffer.from(file.read(8, length).buffer).toString('utf8');
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw invalid(`Expected the header of ${file.path} to be JSON, but it is not.`, cause);
  }
  if (typeof header !== 'object' || header === null) {
    throw invalid(`Expected the header of ${file.path} to be an object, but it is ${typeof header}.`);
  }
  const start = 8 + length;
  const tensors = new Map<string, PlainTensor>();
  for (const [name, entry] of Object.entries(header) as [string, unknown][]) {
    if (name === '__metadata__') continue;
    if (!isEntry(entry)) {
      throw invalid(
        `Expected ${name} of ${file.path} to have a type F32, F16 or BF16, a shape and offsets, but it has ${JSON.stringify(entry)}.`,
      );
    }
    const [from, to] = entry.data_offsets;
    const count = elements(entry.shape);
    const bytes = count * ELEMENT_BYTES[entry.dtype];
    if (to - from !== bytes) {
      throw invalid(
        `Expected ${name} [${entry.shape.join(', ')}] of ${file.path} to take ${bytes} bytes, but it takes ${to - from}.`,
      );
    }
    if (start + to > file.size) {
      throw invalid(
        `Expected ${file.path} to have at least ${start + to} bytes, but it ends after ${file.size}.`,
      );
    }
    tensors.set(name, {
      shape: entry.shape,
      parts: [{ type: entry.dtype, file, offset: start + from, count }],
    });
  }
  return tensors;
}

function isEntry(entry: unknown): entry is HeaderEntry {
  const isSize = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  return (
    (dtype === 'F32' || dtype === 'F16' || dtype === 'BF16') &&
    Array.isArray(shape) &&
    shape.every(isSize) &&
    Array.isArray(offsets) &&
    offsets.length === 2 &&
    offsets.every(isSize)
  );
}
