import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LonghandError, systemCode } from '../../workflows/errors.ts';
import { syncFolder } from '../cache/files.ts';
import type { Model } from '../catalogue.ts';

/** A version of a model that the user added. */
export interface AddedModel extends Model {
  /** What was added, and is looked at again for an update: an absolute path, or `owner/name@ref` of the model hub. */
  readonly source: string;
  /** ISO 8601, UTC. */
  readonly added: string;
}

/** A version as the registry keeps it. */
type Version = Omit<AddedModel, 'kind' | 'name' | 'version'>;

/** `added.json` in a model's folder of the home. */
interface Registry {
  /** Revision that a request without one gets. */
  readonly current: string;
  /** The latest added last. */
  readonly versions: readonly Version[];
}

const registryFile = (home: string, name: string): string => join(home, 'models', name, 'added.json');

/** Path of the lock that whoever changes the versions of `name` holds. */
export const registryLock = (home: string, name: string): string => `${registryFile(home, name)}.lock`;

/**
 * Every version of every model added to the home; of each name the current one first, then the latest first. Throws
 * LH_MODEL_INVALID where a registry is damaged.
 */
export function addedModels(home: string): AddedModel[] {
  return foldersIn(join(home, 'models')).flatMap((name) => addedVersions(home, name));
}

/** The versions of one name, in the order of `addedModels`. */
export function addedVersions(home: string, name: string): AddedModel[] {
  const registry = readRegistry(registryFile(home, name));
  if (registry === null) return [];
  const models = registry.versions.map((version): AddedModel => ({
    ...version,
    kind: 'models',
    name,
    version: version.revision,
  }));
  const isCurrent = ({ revision }: AddedModel) => revision === registry.current;
  return [...models.filter(isCurrent), ...models.filter((model) => !isCurrent(model)).reverse()];
}

/**
 * Makes `versions` those of `name`, the first of them the current one; none removes the name. Whoever calls holds the
 * lock.
 */
export async function writeVersions(
  home: string,
  name: string,
  versions: readonly AddedModel[],
): Promise<void> {
  const [current] = versions;
  if (current === undefined) return rm(registryFile(home, name), { force: true });
  const byAge = [...versions].sort((a, b) => (a.added < b.added ? -1 : 1));
  const registry: Registry = { current: current.revision, versions: byAge.map(toVersion) };
  await replaceDurably(registryFile(home, name), `${JSON.stringify(registry, null, 2)}\n`);
}

function toVersion({
  revision,
  licence,
  languages,
  layout,
  files,
  sources,
  byHand,
  source,
  added,
}: AddedModel): Version {
  return { revision, licence, languages, layout, files, sources, byHand, source, added };
}

function readRegistry(file: string): Registry | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return null;
    throw error;
  }
  try {
    const registry = JSON.parse(text) as Registry;
    if (registry.versions.some(({ revision }) => revision === registry.current)) return registry;
  } catch {
    // Said below.
  }
  throw new LonghandError(
    'LH_MODEL_INVALID',
    `Expected the versions of a model in ${file}, but it is damaged.`,
  );
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Replaces a file in one step, safe on the disk when the promise resolves. */
async function replaceDurably(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.draft`;
  const handle = await open(draft, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  await syncFolder(dirname(file));
}
