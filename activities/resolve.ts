import { demandAble, findModel, type Model } from '../models/catalogue.ts';
import { GRAPH_VERSION } from '../models/whisper/manifest.ts';
import { gpuQueue, type Precision, type Rung, type TranscriptionOptions } from '../workflows/contract.ts';

/**
 * The ladder of a request: the precisions it names, or the devices' own, on the version of the model that it names, or
 * on the one that is current now. Throws LH_MODEL_UNKNOWN, LH_LANGUAGE_UNKNOWN where the model does not know a language,
 * and LH_OPTION_INVALID where it cannot translate.
 * @param added the models that the user added, as `addedModels` gives them.
 */
export async function resolveLadder(
  options: TranscriptionOptions,
  deviceLadder: (model: string) => Promise<readonly Precision[]>,
  added: readonly Model[],
): Promise<Rung[]> {
  const model = findModel(options.model, added);
  demandAble(model, options);
  const { name, revision } = model;
  const precisions = options.precisions.length > 0 ? options.precisions : await deviceLadder(name);
  return precisions.map((precision) => ({
    model: name,
    revision,
    graph: GRAPH_VERSION,
    precision,
    queue: gpuQueue(name),
  }));
}
