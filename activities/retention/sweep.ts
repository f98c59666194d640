import {
  addForgotten,
  forgetDerived,
  forgetJob,
  forgetRecording,
  NOTHING,
  type Forgotten,
} from '../store/forget.ts';
import { jobPrefix, sourceOf, usersPrefix } from '../store/keys.ts';
import type { OpenTranscription } from '../payloads/open-transcriptions.ts';
import type { Store } from '../store/store.ts';

/** How long is kept what nobody uses, in milliseconds; null: for ever. */
export interface Keep {
  /** Recordings, and sources in the store. */
  readonly recordings: number | null;
  /** Plans, results of chunks and saved sections. */
  readonly results: number | null;
}

export const FOR_EVER: Keep = { recordings: null, results: null };

/** What open transcriptions refer to, and nothing may be deleted of. */
export interface InUse {
  /** Their IDs. */
  readonly ids: ReadonlySet<string>;
  /** SHA-256 of their sources, hex, as far as they are known. */
  readonly sources: ReadonlySet<string>;
  /** The jobs that they go on from. */
  readonly jobs: ReadonlySet<string>;
}

/** What transcriptions that have not ended refer to, all together. */
export const inUseOf = (open: readonly OpenTranscription[]): InUse => ({
  ids: new Set(open.map(({ id }) => id)),
  sources: new Set(open.flatMap(({ sources }) => sources)),
  jobs: new Set(open.flatMap(({ jobs }) => jobs)),
});

interface SweepDeps {
  readonly store: Store;
  readonly inUse: InUse;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Values deleted after which a sweep leaves the rest to the next. */
const MOST = 10_000;

/**
 * Deletes what has not been used for as long as it is kept. A recording, and what was made of it, is used by each run of a
 * transcription, as it begins and as it ends; a section when it is saved. Outputs stay: they are the user's. Throws what
 * the store throws.
 */
export async function sweepStore({ recordings, results }: Keep, deps: SweepDeps): Promise<Forgotten> {
  let forgotten = NOTHING;
  for (const [sha256, lastUse] of await lastUses(deps)) {
    if (forgotten.files >= MOST) return forgotten;
    const isOver = (kept: number | null): boolean => kept !== null && deps.now - lastUse > kept;
    if (!isOver(recordings) && !isOver(results)) continue;
    // One may have begun since the list was made.
    if ((await lastUseBy(sha256, deps)) > lastUse) continue;
    if (isOver(recordings)) forgotten = addForgotten(forgotten, await forgetRecording(sha256, deps.store));
    if (isOver(results)) forgotten = addForgotten(forgotten, await forgetDerived(sha256, deps.store));
    if (isOver(recordings) && isOver(results)) await forgetUsers(sha256, lastUse, deps.store);
  }
  if (results === null) return forgotten;
  for (const [job, saved] of await savedJobs(deps)) {
    if (forgotten.files >= MOST) return forgotten;
    if (deps.now - saved <= results) continue;
    const own = await forgetJob(job, deps.store, ({ key }) => !key.startsWith(outputsOf(job)));
    forgotten = addForgotten(forgotten, own);
  }
  return forgotten;
}

/** What the keys of a job's outputs begin with. */
const outputsOf = (job: string): string => `${jobPrefix(job)}transcript.`;

/** When each recording or source was used last, by its SHA-256; without those in use. */
async function lastUses({ store, inUse }: SweepDeps): Promise<Map<string, number>> {
  const uses = new Map<string, number>();
  for (const prefix of ['recordings/', 'sources/', usersPrefix()]) {
    for await (const { key, modified } of store.list(prefix)) {
      const [, name = '', user = ''] = key.split('/');
      const sha256 = sourceOf(name).replace(/\.json$/, '');
      const use = inUse.ids.has(user) || inUse.sources.has(sha256) ? Infinity : modified;
      uses.set(sha256, Math.max(use, uses.get(sha256) ?? 0));
    }
  }
  return uses;
}

/** When a transcription last said that it uses a recording; 0 where none has. */
async function lastUseBy(sha256: string, { store }: SweepDeps): Promise<number> {
  let last = 0;
  for await (const { modified } of store.list(usersPrefix(sha256))) last = Math.max(last, modified);
  return last;
}

/** Forgets who has used a recording until then: one who begins now needs the sign. */
async function forgetUsers(sha256: string, lastUse: number, store: Store): Promise<void> {
  for await (const { key, modified } of store.list(usersPrefix(sha256))) {
    if (modified <= lastUse) await store.delete(key);
  }
}

/** When the last file of each job was saved; without the jobs in use. */
async function savedJobs({ store, inUse }: SweepDeps): Promise<Map<string, number>> {
  const saved = new Map<string, number>();
  for await (const { key, modified } of store.list('jobs/')) {
    const [, job = ''] = key.split('/');
    // Outputs never go, and a job of which nothing else is left is done with.
    if (key.startsWith(outputsOf(job))) continue;
    const isOpen = inUse.jobs.has(job) || inUse.ids.has(job.replace(/\.[^.]*$/, ''));
    saved.set(job, Math.max(isOpen ? Infinity : modified, saved.get(job) ?? 0));
  }
  return saved;
}
