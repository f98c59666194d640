import { findModel } from '../models/catalogue.ts';
import { GRAPH_VERSION } from '../models/whisper/manifest.ts';
import { gpuQueue, type Precision, type Rung, type TranscriptionOptions } from '../workflows/contract.ts';

/** The ladder of a request: the precisions it names, or the device's own, on the catalogue's model. */
export function resolveLadder(options: TranscriptionOptions, deviceLadder: readonly Precision[]): Rung[] {
  const { name, revision } = findModel(options.model);
  const precisions = options.precisions.length > 0 ? options.precisions : deviceLadder;
  return precisions.map((precision) => ({
    model: name,
    revision,
    graph: GRAPH_VERSION,
    precision,
    queue: gpuQueue(name),
  }));
}
