import { readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LonghandError } from '../../workflows/errors.ts';
import { artifactFolder } from '../cache/artifact.ts';
import { fetchArtifact, type FetchOptions } from '../cache/fetch.ts';
import { withLock } from '../cache/lock.ts';
import { PARTIAL } from '../cache/partial.ts';
import { loadModel } from '../load.ts';
import { checkModel, tryOut } from './check.ts';
import { describeFolder } from './describe-folder.ts';
import { describeRepository } from './describe-repository.ts';
import { parseRepository, type Description } from './description.ts';
import { demandName } from './name.ts';
import { addedVersions, registryLock, writeVersions, type AddedModel } from './registry.ts';

/** The precision of the trial, whose graphs a CPU then finds built. */
const TRIAL_PRECISION = 'int8';

export interface Added {
  readonly model: AddedModel;
  readonly folder: string;
  /** Whether the home had this version before. */
  readonly known: boolean;
}

/**
 * Adds the model at `source`, a folder or a repository of the model hub (`owner/name`, or `owner/name@ref`), under
 * `name`, and makes it the current version of that name. Its files are fetched and verified, its graphs built, and a
 * trial transcribed; only then can a request find it. Versions from before stay. Nothing is left of one that fails, but
 * for downloads that another try goes on with.
 *
 * Throws LH_OPTION_INVALID, LH_MODEL_INVALID, LH_FETCH_FAILED, LH_CHECKSUM, or the signal's reason.
 */
export async function addModel(source: string, name: string, options: FetchOptions): Promise<Added> {
  demandName(name);
  const { home, signal, onNotice } = options;
  return withLock(registryLock(home, name), () => addUnderLock(source, name, options), {
    signal,
    onWait: ({ pid }) => onNotice?.(`${name}: process ${pid} is changing its versions; waiting for it`),
  });
}

async function addUnderLock(source: string, name: string, options: FetchOptions): Promise<Added> {
  const { home, signal } = options;
  const versions = addedVersions(home, name);
  await removeUnregistered(home, name, versions);
  const description = await describe(source, options);
  const known = versions.find(({ revision }) => revision === description.revision);
  const model: AddedModel = {
    ...description,
    kind: 'models',
    name,
    version: description.revision,
    languages: [],
    byHand: `add it again: longhand models add FOLDER --name ${name}`,
    added: known?.added ?? new Date().toISOString(),
  };
  try {
    const folder = await fetchArtifact(model, options);
    const { languages } = checkModel(folder);
    await tryOut(await loadModel(model, TRIAL_PRECISION, options), signal);
    const others = versions.filter((version) => version !== known);
    await writeVersions(home, name, [{ ...model, languages }, ...others]);
    return { model: { ...model, languages }, folder, known: known !== undefined };
  } catch (error) {
    await removeUnregistered(home, name, versions);
    throw error;
  }
}

async function describe(source: string, options: FetchOptions): Promise<Description> {
  const folder = resolve(source);
  const isFolder = await stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (isFolder) return describeFolder(folder);
  const repository = parseRepository(source);
  if (repository) return describeRepository(repository, options);
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected a folder, or a repository of the model hub as owner/name, got \`${source}\``,
  );
}

/** Removes what an adding that failed or was killed left. Whoever calls holds the lock. */
async function removeUnregistered(
  home: string,
  name: string,
  versions: readonly AddedModel[],
): Promise<void> {
  const known = versions.map((version) => artifactFolder(home, version));
  for (const kind of ['models', 'graphs']) {
    const folder = join(home, kind, name);
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const isKept = known.includes(join(home, 'models', name, entry.name)) || entry.name.includes(PARTIAL);
      if (!entry.isDirectory() || isKept) continue;
      await rm(join(folder, entry.name), { recursive: true, force: true, maxRetries: 3 });
    }
  }
}
