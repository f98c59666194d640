import { addedVersions, type AddedModel } from '../../../models/added/registry.ts';
import { bytesIn } from '../../../models/budget.ts';
import { artifactFolder } from '../../../models/cache/artifact.ts';
import { lastUsed } from '../../../models/cache/hold.ts';
import { allModels, type Model } from '../../../models/catalogue.ts';
import { longhandHome } from '../../../models/home.ts';
import { writeJson, writeLine } from '../output.ts';
import { formatTable } from '../table.ts';
import { builtGraphs, bytesOf, isFetched, megabytes, SHOWN_DIGITS } from './local.ts';

/** A version of a model as `models list --json` shows it. */
interface ListedModel {
  readonly name: string;
  readonly revision: string;
  /** Whether a request that names no version gets this one. */
  readonly current: boolean;
  /** Where an added model came from; null for one of the catalogue. */
  readonly source: string | null;
  readonly licence: string | null;
  /** Of the weights; bytes. */
  readonly bytes: number;
  /** What weights and graphs take on the disk; bytes. */
  readonly disk: number;
  readonly fetched: boolean;
  /** Names of the graphs that are built: precision and version. */
  readonly graphs: readonly string[];
  /** When a worker last began to use it, ISO 8601; null where none has. */
  readonly used: string | null;
}

/** `longhand models list`. */
export async function listModels(json: boolean): Promise<void> {
  const home = longhandHome();
  const listed = await Promise.all(allModels(home).map((model) => describe(home, model)));
  if (json) return writeJson(listed);
  const rows = listed.map(({ name, revision, current, bytes, disk, fetched, graphs, licence, used }) => [
    ...[name, `${revision.slice(0, SHOWN_DIGITS)}${current ? '' : ' (old)'}`, megabytes(bytes)],
    ...[megabytes(disk), licence ?? 'unknown', fetched ? 'yes' : 'no', graphs.join(', ') || 'none'],
    used?.slice(0, 10) ?? 'never',
  ]);
  const head = ['NAME', 'REVISION', 'SIZE', 'ON DISK', 'LICENCE', 'FETCHED', 'GRAPHS', 'USED'];
  for (const line of formatTable([head, ...rows])) await writeLine(line);
}

async function describe(home: string, model: Model): Promise<ListedModel> {
  const { name, revision, licence } = model;
  const [current] = addedVersions(home, name);
  const built = await builtGraphs(home, model);
  const folders = [artifactFolder(home, model), ...built.map(({ folder }) => folder)];
  const uses = (await Promise.all(folders.map(lastUsed))).filter((use) => use !== null);
  const sizes = await Promise.all(folders.map(bytesIn));
  return {
    name,
    revision,
    current: current === undefined || current.revision === revision,
    source: (model as Partial<AddedModel>).source ?? null,
    licence,
    bytes: bytesOf(model),
    disk: sizes.reduce((sum, size) => sum + size, 0),
    fetched: await isFetched(home, model),
    graphs: built.map((graphs) => graphs.name),
    used: uses.length === 0 ? null : new Date(Math.max(...uses.map(Number))).toISOString(),
  };
}
