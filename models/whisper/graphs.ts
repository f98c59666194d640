import { join } from 'node:path';
import { exists } from '../cache/files.ts';
import { withLock } from '../cache/lock.ts';
import { removeWhole } from '../cache/partial.ts';
import type { FetchReport } from '../cache/progress.ts';
import { buildGraphs } from './build.ts';
import { GRAPH_VERSION, verifyGraphs } from './manifest.ts';
import type { Precision } from './precision.ts';

interface GraphsWanted extends FetchReport {
  /** See `longhandHome`. */
  readonly home: string;
  /** Name and revision of the model in the catalogue. */
  readonly name: string;
  readonly revision: string;
  /** Folder of its verified weights. */
  readonly folder: string;
  readonly precision: Precision;
}

/**
 * The folder of a model's graphs at a precision, built where it is not there yet; processes that need it at the
 * same time build it once. Blocks the thread for seconds while it builds. Throws LH_MODEL_INVALID.
 */
export async function ensureGraphs(wanted: GraphsWanted): Promise<string> {
  const { name, folder, precision, onNotice } = wanted;
  const graphs = graphsFolder(wanted);
  if (await isThere(graphs)) return graphs;
  await withLock(`${graphs}.lock`, async () => {
    if (await isThere(graphs)) return;
    onNotice?.(`Building the ${precision} graphs of ${name}, once`);
    await buildGraphs(folder, graphs, precision);
  });
  return graphs;
}

/** Removes a model's graphs at a precision where a byte of them is not as it was built, so that they are built again. */
export async function removeDamagedGraphs(wanted: GraphsWanted): Promise<void> {
  const graphs = graphsFolder(wanted);
  if (!(await isDamaged(graphs))) return;
  await withLock(`${graphs}.lock`, async () => {
    // Another process may have removed them meanwhile, or built them again.
    if (!(await isDamaged(graphs))) return;
    wanted.onNotice?.(`The ${wanted.precision} graphs of ${wanted.name} are damaged`);
    await removeWhole(graphs);
  });
}

/** Where a model's graphs at a precision are kept: the folder is complete or absent. */
export function graphsFolder({
  home,
  name,
  revision,
  precision,
}: Pick<GraphsWanted, 'home' | 'name' | 'revision' | 'precision'>): string {
  return join(home, 'graphs', name, revision, `${precision}-v${GRAPH_VERSION}`);
}

/** Whether a folder of graphs is there; reads none of them. */
export const isThere = (graphs: string): Promise<boolean> => exists(join(graphs, 'manifest.json'));

const isDamaged = async (graphs: string): Promise<boolean> =>
  (await isThere(graphs)) &&
  verifyGraphs(graphs).then(
    () => false,
    () => true,
  );
