import { join } from 'node:path';
import { acquire } from '../../../models/cache/lock.ts';
import { PARTIAL, removeWhole } from '../../../models/cache/partial.ts';
import { findModel } from '../../../models/catalogue.ts';
import { longhandHome } from '../../../models/home.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { joinLease } from '../lease.ts';
import { writeJson, writeLine } from '../output.ts';
import { foldersIn, graphsFolder, weightsFolder } from './local.ts';

/**
 * `longhand models remove`: the weights, every revision, and the graphs built from them. Refused while a supervisor
 * of this home runs. An engine of a worker on its own keeps the files it has open; when it starts again, it fetches
 * and builds them again. Throws LH_MODEL_UNKNOWN or LH_MODEL_IN_USE.
 */
export async function removeModel(name: string, json: boolean): Promise<void> {
  const home = longhandHome();
  const model = findModel(name);
  await demandUnused(home, name);
  const removed: string[] = [];
  for (const folder of await revisionFolders(weightsFolder(home, model))) {
    await removeUnderLock(folder);
    removed.push(folder);
  }
  for (const revision of await revisionFolders(graphsFolder(home, model))) {
    for (const folder of await revisionFolders(revision)) {
      await removeUnderLock(folder);
      removed.push(folder);
    }
  }
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

async function revisionFolders(folder: string): Promise<string[]> {
  const names = (await foldersIn(folder)).map(({ name }) => name);
  return names.filter((name) => !name.includes(PARTIAL)).map((name) => join(folder, name));
}

/** Not while another process fetches or builds it. */
async function removeUnderLock(folder: string): Promise<void> {
  const lock = await acquire(`${folder}.lock`);
  try {
    await removeWhole(folder);
  } finally {
    await lock.release();
  }
}
