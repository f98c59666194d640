import { keepWithinBudget } from './budget.ts';
import type { FetchOptions } from './cache/fetch.ts';
import { fetchArtifact } from './cache/fetch.ts';
import { hold } from './cache/hold.ts';
import { forget, verify } from './cache/verify.ts';
import { allModels, type Model } from './catalogue.ts';
import type { EngineModel } from './engine/protocol.ts';
import { ensureGraphs, graphsFolder, isThere, removeDamagedGraphs } from './whisper/graphs.ts';
import type { Precision } from './whisper/precision.ts';
import { LonghandError } from '../workflows/errors.ts';

/**
 * What an engine loads of a model at a precision: weights fetched and graphs built where they are not there, marked as
 * used by this process so that no disk budget removes them; others may have to go. Every byte of the graphs is read, and
 * those that are damaged are built again, from weights of which every byte was just read. Throws what `fetchArtifact`
 * throws, LH_MODEL_INVALID, and LH_OPTION_INVALID for a budget that is none.
 */
export async function loadModel(
  model: Model,
  precision: Precision,
  options: FetchOptions,
): Promise<EngineModel> {
  const { home, onNotice } = options;
  const { name, revision } = model;
  for (;;) {
    const folder = await fetchArtifact(model, options);
    const wanted = { home, name, revision, folder, precision, onNotice };
    await removeDamagedGraphs(wanted);
    const isBuilt = await isThere(graphsFolder(wanted));
    if (!isBuilt && (await verify(folder, model)).length > 0) {
      await forget(folder);
      continue;
    }
    const graphs = await ensureGraphs(wanted);
    // The weights last: a budget takes first what was used longest ago, and graphs are made again faster.
    if (!(await hold(graphs)) || !(await hold(folder))) continue;
    await keepWithinBudget(options);
    return { folder, graphs, precision };
  }
}

/**
 * The version of a model that a transcription began with, whichever is current now. Throws LH_MODEL_VERSION_MISSING
 * where the home has it not.
 */
export function findVersion(name: string, revision: string, home: string): Model {
  const versions = allModels(home).filter((model) => model.name === name);
  const found = versions.find((model) => model.revision === revision);
  if (found) return found;
  const known = versions.map((model) => model.revision).join(', ') || 'none';
  throw new LonghandError(
    'LH_MODEL_VERSION_MISSING',
    `Expected version ${revision} of ${name} on this worker, but its versions are: ${known}.`,
    { details: { model: name, revision } },
  );
}
