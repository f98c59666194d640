import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncFolder, writeModel } from '../onnx/write.ts';
import { openWeights } from '../readers/open.ts';
import { alignmentGraph } from './alignment-graph.ts';
import { alignmentHeads } from './alignment-heads.ts';
import { readConfig } from './config.ts';
import { decoderGraph } from './decoder.ts';
import { dimsOf } from './dims.ts';
import { encoderGraph } from './encoder.ts';
import { GRAPH_VERSION, verifyGraphs } from './manifest.ts';
import type { GraphManifest } from './manifest.ts';
import { melGraph } from './mel.ts';
import { RECIPES } from './precision.ts';
import type { Precision } from './precision.ts';
import { fastestMemorySide } from './quantized-memory.ts';
import type { MemorySide } from './quantized-memory.ts';
import { WhisperTokens } from './tokens.ts';

/**
 * Builds `mel.onnx`, `encoder.onnx`, `decoder.onnx`, `alignment.onnx` and `manifest.json` from a model folder (weights in either
 * layout, `tokenizer.json`). `outFolder` appears whole or not at all; where another process was faster, its work is
 * kept. Blocks the thread for seconds.
 * @param memorySide what is fastest on the processor that is to run them; it changes no result.
 * @throws LH_MODEL_INVALID when the weights or the tokenizer are damaged.
 */
export async function buildGraphs(
  modelFolder: string,
  outFolder: string,
  precision: Precision,
  memorySide = fastestMemorySide(),
): Promise<GraphManifest> {
  mkdirSync(dirname(outFolder), { recursive: true });
  const temporary = mkdtempSync(join(dirname(outFolder), `.${basename(outFolder)}-`));
  try {
    const manifest = writeGraphs(modelFolder, temporary, precision, memorySide);
    syncFolder(temporary);
    await putInPlace(temporary, outFolder);
    syncFolder(dirname(outFolder));
    return manifest;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function writeGraphs(
  modelFolder: string,
  folder: string,
  precision: Precision,
  memorySide: MemorySide,
): GraphManifest {
  using weights = openWeights(modelFolder);
  const dims = dimsOf(weights);
  const { special } = WhisperTokens.load(modelFolder, dims.vocabulary);
  const recipe = RECIPES[precision];
  const heads = alignmentHeads(readConfig(modelFolder).alignmentHeads, dims);
  const graphs = [
    melGraph(dims.mels),
    encoderGraph(weights, dims, recipe),
    decoderGraph(weights, dims, recipe, special, heads, memorySide),
    alignmentGraph(weights, dims, heads),
  ];
  const files = graphs.flatMap((graph) => writeModel(graph, join(folder, `${graph.name}.onnx`)));
  const manifest: GraphManifest = { graphVersion: GRAPH_VERSION, precision, dims, files };
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
  return manifest;
}

/** Renames a folder to its place. A whole one that is already there stays; a damaged one gives way. */
async function putInPlace(temporary: string, outFolder: string): Promise<void> {
  try {
    renameSync(temporary, outFolder);
    return;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
  try {
    await verifyGraphs(outFolder);
  } catch {
    rmSync(outFolder, { recursive: true, force: true });
    renameSync(temporary, outFolder);
  }
}
