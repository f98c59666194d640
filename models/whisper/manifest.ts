import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LonghandError } from '../../workflows/errors.ts';
import type { WrittenFile } from '../onnx/write.ts';
import type { WhisperDims } from './dims.ts';
import type { Precision } from './precision.ts';
import { PRECISIONS } from './precision.ts';

/** Raised whenever a graph may give other results; a part of every chunk's key. */
export const GRAPH_VERSION = 5;

/** The graphs of a model, each in a file of its name. */
export const GRAPHS = ['mel', 'encoder', 'decoder', 'alignment'] as const;

/** `manifest.json` of a folder of graphs. */
export interface GraphManifest {
  readonly graphVersion: number;
  readonly precision: Precision;
  readonly dims: WhisperDims;
  readonly files: readonly WrittenFile[];
}

/**
 * Reads the manifest of a folder of graphs and checks every file against it.
 * @throws LH_MODEL_INVALID when the manifest or a file is missing, of another version, or changed.
 */
export async function verifyGraphs(folder: string): Promise<GraphManifest> {
  const manifest = readManifest(folder);
  for (const { name, sha256 } of manifest.files) {
    const path = join(folder, name);
    const hash = createHash('sha256');
    try {
      await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
    } catch (cause) {
      throw new LonghandError('LH_MODEL_INVALID', `Expected a graph at ${path}, but it cannot be read.`, {
        cause,
      });
    }
    const came = hash.digest('hex');
    if (came !== sha256) {
      throw new LonghandError(
        'LH_MODEL_INVALID',
        `Expected ${path} to have sha256 ${sha256}, but it has ${came}.`,
      );
    }
  }
  return manifest;
}

/**
 * Reads the manifest of a folder of graphs.
 * @throws LH_MODEL_INVALID when it is missing, damaged, of another version, or names not every graph.
 */
export function readManifest(folder: string): GraphManifest {
  const path = join(folder, 'manifest.json');
  let manifest: Partial<GraphManifest> | null;
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8')) as Partial<GraphManifest> | null;
  } catch (cause) {
    throw new LonghandError(
      'LH_MODEL_INVALID',
      `Expected a manifest of graphs at ${path}, but there is none.`,
      { cause },
    );
  }
  const { graphVersion, precision, dims, files } = manifest ?? {};
  if (
    graphVersion !== GRAPH_VERSION ||
    !precision ||
    !PRECISIONS.includes(precision) ||
    !dims ||
    !isFiles(files)
  ) {
    throw new LonghandError(
      'LH_MODEL_INVALID',
      `Expected ${path} to describe graphs of version ${GRAPH_VERSION}, but it has version ${graphVersion ?? 'none'}.`,
    );
  }
  const missing = GRAPHS.find((graph) => !files.some(({ name }) => name === `${graph}.onnx`));
  if (missing) {
    throw new LonghandError('LH_MODEL_INVALID', `Expected ${path} to name ${missing}.onnx, but it does not.`);
  }
  return { graphVersion, precision, dims, files };
}

/** Names may not lead out of the folder. */
function isFiles(files: unknown): files is WrittenFile[] {
  return (
    Array.isArray(files) &&
    files.every(
      (file: Partial<WrittenFile> | null) =>
        /^[\w-]+(\.[\w-]+)+$/.test(file?.name ?? '') && /^[0-9a-f]{64}$/.test(file?.sha256 ?? ''),
    )
  );
}
