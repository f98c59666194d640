import type { Stats } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact, ArtifactFile } from './artifact.ts';
import { sha256Of } from './checked-file.ts';

/** What is wrong with one file of an artifact. */
export interface Damage {
  readonly file: string;
  /** `missing`, or what was expected and what is there. */
  readonly problem: string;
}

/** File beside the artifact's own that says which of them were verified, and as what. */
const STAMPS = '.verified.json';

/**
 * Identity of a file's bytes as far as the file system tells: whoever writes to the file changes it, also where
 * the time of modification is put back.
 */
const stampOf = (stats: Stats) => `${stats.size}:${stats.ino}:${stats.ctimeMs}`;

type Stamps = Readonly<Record<string, string>>;

/** Reads every byte of `artifact` in `folder`; an empty list when all is as the catalogue says. */
export async function verify(folder: string, artifact: Artifact): Promise<Damage[]> {
  return await inspect(folder, artifact, {});
}

/**
 * Like `verify`, but reads only files that changed since they were last found good. Remembers what it finds good,
 * where the folder may be written.
 */
export async function verifyChanged(folder: string, artifact: Artifact): Promise<Damage[]> {
  const known = await readStamps(folder);
  const damage = await inspect(folder, artifact, known);
  if (damage.length === 0) {
    const fresh = await stampsOf(folder, artifact);
    const same = artifact.files.every(({ name }) => fresh[name] === known[name]);
    // A home that may only be read is verified each time; that is slow, not wrong.
    if (!same) await writeFile(join(folder, STAMPS), JSON.stringify(fresh)).catch(() => undefined);
  }
  return damage;
}

/** Remembers the files of `folder`, just verified, as good. */
export async function stamp(folder: string, artifact: Artifact): Promise<void> {
  await writeFile(join(folder, STAMPS), JSON.stringify(await stampsOf(folder, artifact)));
}

/** Forgets what was found good in `folder`: all of it is read at the next look. */
export async function forget(folder: string): Promise<void> {
  await rm(join(folder, STAMPS), { force: true });
}

async function inspect(folder: string, artifact: Artifact, known: Stamps): Promise<Damage[]> {
  const problems = artifact.files.map(async (file) => ({
    file: file.name,
    problem: await problemOf(join(folder, file.name), file, known[file.name]),
  }));
  return (await Promise.all(problems)).filter((found): found is Damage => found.problem !== null);
}

async function problemOf(
  path: string,
  file: ArtifactFile,
  known: string | undefined,
): Promise<string | null> {
  const stats = await stat(path).catch(() => null);
  if (stats === null) return 'missing';
  if (stampOf(stats) === known) return null;
  if (stats.size !== file.size) return `expected ${file.size} bytes, got ${stats.size}`;
  const sha256 = await sha256Of(path);
  return sha256 === file.sha256 ? null : `expected sha256 ${file.sha256}, got ${sha256}`;
}

async function stampsOf(folder: string, artifact: Artifact): Promise<Stamps> {
  const entries = artifact.files.map(
    async ({ name }) => [name, stampOf(await stat(join(folder, name)))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function readStamps(folder: string): Promise<Stamps> {
  try {
    return JSON.parse(await readFile(join(folder, STAMPS), 'utf8')) as Stamps;
  } catch {
    return {};
  }
}
