import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { artifactFolder } from '../../../models/cache/artifact.ts';
import { addedModels } from '../../../models/added/registry.ts';
import { allModels, findModel, type Model } from '../../../models/catalogue.ts';
import { GRAPH_VERSION } from '../../../models/whisper/manifest.ts';

/** Digits of a revision that tell versions of a model apart. */
export const SHOWN_DIGITS = 12;

/** The version that `wanted` names behind an `@`, else every version of that name. Throws LH_MODEL_UNKNOWN. */
export function versionsOf(home: string, wanted: string): Model[] {
  const found = findModel(wanted, addedModels(home));
  return wanted.includes('@') ? [found] : allModels(home).filter(({ name }) => name === found.name);
}

/** The folders of a model below a home: of its weights' revisions, and of the graphs built from each. */
export const weightsFolder = (home: string, model: Model): string => dirname(artifactFolder(home, model));
export const graphsFolder = (home: string, { name }: Model): string => join(home, 'graphs', name);

/** A folder of graphs, named after precision and version: `int8-v1`. */
export interface Graphs {
  readonly name: string;
  readonly folder: string;
}

/** The graphs that are built from a model's present revision by this version of Longhand; it reads no others. */
export async function builtGraphs(home: string, model: Model): Promise<Graphs[]> {
  const folder = join(graphsFolder(home, model), model.revision);
  const found: Graphs[] = [];
  for (const { name } of await foldersIn(folder)) {
    if (!name.endsWith(`-v${GRAPH_VERSION}`)) continue;
    const isBuilt = await isFile(join(folder, name, 'manifest.json'));
    if (isBuilt) found.push({ name, folder: join(folder, name) });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether all files of a model are there, each of its size. Reads none of them. */
export async function isFetched(home: string, model: Model): Promise<boolean> {
  const folder = artifactFolder(home, model);
  const sizes = model.files.map(async ({ name, size }) => (await sizeOf(join(folder, name))) === size);
  return (await Promise.all(sizes)).every(Boolean);
}

/** The folders in a folder; none where it is missing. */
export async function foldersIn(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory());
}

/** Bytes of the model's files, as the catalogue says. */
export const bytesOf = (model: Model): number => model.files.reduce((sum, { size }) => sum + size, 0);

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

const isFile = async (path: string): Promise<boolean> => (await sizeOf(path)) !== null;

const sizeOf = (path: string): Promise<number | null> =>
  stat(path).then(
    (stats) => (stats.isFile() ? stats.size : null),
    () => null,
  );
