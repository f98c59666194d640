import { basename, join } from 'node:path';
import { addedVersions, registryLock, writeVersions } from '../../../models/added/registry.ts';
import { withLock } from '../../../models/cache/lock.ts';
import { PARTIAL, removeWhole } from '../../../models/cache/partial.ts';
import type { Model } from '../../../models/catalogue.ts';
import { longhandHome } from '../../../models/home.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { joinLease } from '../lease.ts';
import { writeJson, writeLine } from '../output.ts';
import { foldersIn, graphsFolder, versionsOf, weightsFolder } from './local.ts';

/**
 * `longhand models remove`: the weights, every revision, and the graphs built from them; of `name@revision` that one
 * alone. Refused while a supervisor of this home runs. An engine of a worker on its own keeps the files it has open;
 * when it starts again, it fetches and builds them again. Throws LH_MODEL_UNKNOWN, LH_MODEL_IN_USE, or
 * LH_OPTION_INVALID for the current one of several versions.
 */
export async function removeModel(wanted: string, json: boolean): Promise<void> {
  const home = longhandHome();
  const [model] = versionsOf(home, wanted);
  if (model === undefined) return;
  const { name } = model;
  await demandUnused(home, name);
  const version = wanted.includes('@') ? model.revision : null;
  const removed = await withLock(registryLock(home, name), async () => {
    await unregister(home, name, version);
    const folders = await foldersOf(home, model, version);
    for (const folder of folders) await withLock(`${folder}.lock`, () => removeWhole(folder));
    return folders;
  });
  if (json) return writeJson({ name, removed });
  if (removed.length === 0) return writeLine(`Nothing of ${name} is here`);
  for (const folder of removed) await writeLine(`removed ${folder}`);
}

async function demandUnused(home: string, name: string): Promise<void> {
  const lease = await joinLease(home);
  if (lease === null) return;
  await lease.release();
  throw new LonghandError(
    'LH_MODEL_IN_USE',
    `Expected no engine to run on ${home} while ${name} is removed, but \`longhand up\` or another command runs; end it first`,
  );
}

/** Takes a version out of the registry, or all where none is named; first, so that no request finds what is half gone. */
async function unregister(home: string, name: string, version: string | null): Promise<void> {
  const versions = addedVersions(home, name);
  const kept = versions.filter(({ revision }) => version !== null && revision !== version);
  if (kept.length > 0 && kept[0] !== versions[0]) {
    throw new LonghandError(
      'LH_OPTION_INVALID',
      `Expected a version of ${name} that is not the current one, got ${version}; add another one first`,
    );
  }
  await writeVersions(home, name, kept);
}

/** Where weights and graphs are of a version, or of every one that any release of Longhand has fetched or built. */
async function foldersOf(home: string, model: Model, version: string | null): Promise<string[]> {
  const isWanted = (folder: string) => version === null || basename(folder) === version;
  const weights = await foldersBelow(weightsFolder(home, model));
  const graphs = (await foldersBelow(graphsFolder(home, model))).filter(isWanted);
  return [...weights.filter(isWanted), ...(await Promise.all(graphs.map(foldersBelow))).flat()];
}

async function foldersBelow(folder: string): Promise<string[]> {
  const names = (await foldersIn(folder)).map(({ name }) => name);
  return names.filter((name) => !name.includes(PARTIAL)).map((name) => join(folder, name));
}
