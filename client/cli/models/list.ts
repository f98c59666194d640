import { MODELS, type Model } from '../../../models/catalogue.ts';
import { longhandHome } from '../../../models/home.ts';
import { writeJson, writeLine } from '../output.ts';
import { formatTable } from '../table.ts';
import { builtGraphs, bytesOf, isFetched, megabytes } from './local.ts';

/** A model as `models list --json` shows it. */
interface ListedModel {
  readonly name: string;
  readonly revision: string;
  readonly licence: string;
  /** Of the weights; bytes. */
  readonly bytes: number;
  readonly fetched: boolean;
  /** Names of the graphs that are built: precision and version. */
  readonly graphs: readonly string[];
}

/** `longhand models list`. */
export async function listModels(json: boolean): Promise<void> {
  const home = longhandHome();
  const listed = await Promise.all(MODELS.map((model) => describe(home, model)));
  if (json) return writeJson(listed);
  const rows = listed.map(({ name, revision, bytes, fetched, graphs, licence }) => [
    ...[name, revision.slice(0, 12), megabytes(bytes), licence, fetched ? 'yes' : 'no'],
    graphs.join(', ') || 'none',
  ]);
  const lines = formatTable([['NAME', 'REVISION', 'SIZE', 'LICENCE', 'FETCHED', 'GRAPHS'], ...rows]);
  for (const line of lines) await writeLine(line);
}

async function describe(home: string, model: Model): Promise<ListedModel> {
  const { name, revision, licence } = model;
  const graphs = (await builtGraphs(home, model)).map((built) => built.name);
  return { name, revision, licence, bytes: bytesOf(model), fetched: await isFetched(home, model), graphs };
}
