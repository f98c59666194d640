import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LonghandError } from '../workflows/errors.ts';
import { addedModels } from './added/registry.ts';
import { artifactFolder } from './cache/artifact.ts';
import type { FetchOptions } from './cache/fetch.ts';
import { isHeld, lastUsed } from './cache/hold.ts';
import { tryAcquire } from './cache/lock.ts';
import { PARTIAL, removeWhole } from './cache/partial.ts';
import { isRemote } from './cache/sources/index.ts';

const VARIABLE = 'LONGHAND_MODELS_BUDGET';
const UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };

/** Bytes that models and their graphs may take on the disk; null where there is no limit. Throws LH_OPTION_INVALID. */
export function budgetOf(env: NodeJS.ProcessEnv): number | null {
  const text = env[VARIABLE] ?? '';
  if (text === '') return null;
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?) ?([MGT]B)$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (UNITS[unit] ?? 0);
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected \`${VARIABLE}\` to be a size such as 20GB (or MB, TB), got \`${text}\``,
  );
}

/** A folder that can be fetched or built again: a model's weights, or its graphs at a precision. */
interface Unit {
  readonly folder: string;
  readonly bytes: number;
  readonly used: number;
}

/**
 * Removes weights and graphs, the one that was used longest ago first, until what is left of them in the home is within
 * `LONGHAND_MODELS_BUDGET`. What a process uses or makes stays, and weights that only this home has. Gives the folders
 * that went; says where the rest is still more. Throws LH_OPTION_INVALID.
 */
export async function keepWithinBudget({
  home,
  env = process.env,
  onNotice,
}: FetchOptions): Promise<string[]> {
  const budget = budgetOf(env);
  if (budget === null) return [];
  const irreplaceable = new Set(
    addedModels(home)
      .filter(({ sources }) => !sources.some(isRemote))
      .map((model) => artifactFolder(home, model)),
  );
  const units = await unitsOf(home);
  let total = units.reduce((sum, { bytes }) => sum + bytes, 0);
  const removed: string[] = [];
  for (const { folder, bytes } of units.sort((a, b) => a.used - b.used)) {
    if (total <= budget) break;
    if (irreplaceable.has(folder) || !(await removeUnused(folder))) continue;
    removed.push(folder);
    total -= bytes;
    onNotice?.(`Removed ${folder}, used longest ago, to keep models within ${gigabytes(budget)}`);
  }
  if (total > budget) {
    onNotice?.(
      `Models take ${gigabytes(total)}, more than the budget of ${gigabytes(budget)}: all are in use`,
    );
  }
  return removed;
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

async function unitsOf(home: string): Promise<Unit[]> {
  const [weights, graphs] = await Promise.all([
    foldersBelow(join(home, 'models'), 2),
    foldersBelow(join(home, 'graphs'), 3),
  ]);
  return Promise.all(
    [...weights, ...graphs].map(async (folder) => ({
      folder,
      bytes: await bytesIn(folder),
      used: (await lastUsed(folder))?.getTime() ?? 0,
    })),
  );
}

/** The folders `depth` levels below a folder, but for those that are not whole. */
async function foldersBelow(folder: string, depth: number): Promise<string[]> {
  if (depth === 0) return [folder];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => !entry.isFile() && !entry.name.includes(PARTIAL) && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  return (await Promise.all(names.map((name) => foldersBelow(join(folder, name), depth - 1)))).flat();
}

/** Bytes of the files in a folder; those that vanish meanwhile count nothing. */
export async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = names.map(async (name) => (await stat(join(folder, name)).catch(() => null))?.size ?? 0);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Whether the folder is gone: nobody fetches, builds or uses it. */
async function removeUnused(folder: string): Promise<boolean> {
  const taken = await tryAcquire(`${folder}.lock`);
  if (!('lock' in taken)) return false;
  try {
    if (await isHeld(folder)) return false;
    await removeWhole(folder);
    return true;
  } finally {
    await taken.lock.release();
  }
}
