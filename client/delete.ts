import { rm, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { diskFailure } from '../activities/store/failure.ts';
import {
  addForgotten,
  forgetDerived,
  forgetJob,
  forgetRecording,
  NOTHING,
  type Forgotten,
} from '../activities/store/forget.ts';
import { checkKey } from '../activities/request/own-key.ts';
import { fetchedKey, jobsPrefix, userKey, usersPrefix } from '../activities/store/keys.ts';
import type { Store } from '../activities/store/store.ts';
import { LonghandError, systemCode } from '../workflows/errors.ts';
import { openTranscriptions, type OpenTranscription } from '../activities/payloads/open-transcriptions.ts';
import { deleteExecutions, executionsOf, leftByRuns } from './executions.ts';
import { describe } from './lookup.ts';
import type { Shared } from './run.ts';
import { TRANSCRIPTION } from './summary.ts';

export interface DeleteOptions {
  /** Whether the output files in folders of this machine go as well, be they written over since. @default false */
  readonly outputs?: boolean;
}

/** What was deleted of a transcription. */
export interface Deletion {
  readonly id: string;
  /** Files in the store and, where asked for, outputs. */
  readonly files: number;
  readonly bytes: number;
  /** Workflows on the Temporal server, runs and sections. */
  readonly executions: number;
  /** IDs of the transcriptions for which the recording, and what was heard in it, was kept; sorted. */
  readonly sharedWith: readonly string[];
}

/**
 * Deletes all that a transcription has left: first in the store, and last on the server, so that whoever is killed in
 * between finds all that is left when it is asked again. What others use as well is theirs: the recording, its source and
 * what was heard in it go with the last transcription that uses them.
 *
 * Throws LH_OPTION_INVALID, LH_STORE_NOT_GIVEN, LH_TRANSCRIPTION_RUNNING, LH_TRANSCRIPTION_UNKNOWN where the ID is that
 * of another's workflow or of what others that run go on from, and what the store throws.
 *
 * @internal
 */
export async function deleteTranscription(
  id: string,
  { outputs = false }: DeleteOptions,
  { client, store: given }: Pick<Shared, 'client' | 'store'>,
): Promise<Deletion> {
  checkKey(id, 'the ID');
  const store = await given.open();
  await demandEnded(id, client);
  const executions = await executionsOf(client, id);
  const left = await leftByRuns(client, executions);
  let forgotten = outputs ? await deleteFiles(left.outputs) : NOTHING;
  const sources = new Set(left.sources);
  const jobs = new Set([...left.jobs, ...(await jobsOf(id, store))]);
  const open = (await openTranscriptions(client)).filter((one) => one.id !== id);
  demandUnused(id, jobs, open);
  for (const job of jobs) {
    const fetched = await store.get(fetchedKey(job));
    if (fetched) sources.add(fetched.toString());
  }
  for await (const { key } of store.list(usersPrefix())) {
    const [, sha256 = '', user] = key.split('/');
    if (user === id) sources.add(sha256);
  }
  const sharedWith = new Set<string>();
  for (const sha256 of sources) {
    const { others, ...deleted } = await leaveRecording(id, sha256, { store, open });
    forgotten = addForgotten(forgotten, deleted);
    for (const other of others) sharedWith.add(other);
  }
  for (const job of jobs) forgotten = addForgotten(forgotten, await forgetJob(job, store));
  // Who has begun it anew meanwhile keeps that run.
  await demandEnded(id, client);
  await deleteExecutions(client, executions);
  return { id, ...forgotten, executions: executions.length, sharedWith: [...sharedWith].sort() };
}

async function demandEnded(id: string, client: Client): Promise<void> {
  const newest = await describe(client, id);
  if (newest === null) return;
  const { type, status } = newest;
  if (type !== TRANSCRIPTION) {
    const message = `Expected the ID of a transcription, got \`${id}\`, which is a \`${type}\``;
    throw new LonghandError('LH_TRANSCRIPTION_UNKNOWN', message);
  }
  if (status.name === 'RUNNING' || status.name === 'PAUSED') {
    const message = `Expected \`${id}\` to have ended (cancel it first), but it runs`;
    throw new LonghandError('LH_TRANSCRIPTION_RUNNING', message);
  }
}

/** One that goes on from what these jobs left reads it until its end. */
function demandUnused(id: string, jobs: ReadonlySet<string>, open: readonly OpenTranscription[]): void {
  const user = open.find((one) => one.jobs.some((job) => jobs.has(job)));
  if (user === undefined) return;
  const message = `Expected nobody to go on from \`${id}\`, but \`${user.id}\` does, and runs`;
  throw new LonghandError('LH_TRANSCRIPTION_RUNNING', message);
}

/** The jobs of a transcription's runs that the store has files of. */
async function jobsOf(id: string, store: Store): Promise<Set<string>> {
  const jobs = new Set<string>();
  const prefix = jobsPrefix(id);
  for await (const { key } of store.list(prefix)) {
    // Another ID may go on where this one ends.
    const [run = ''] = key.slice(prefix.length).split('/');
    if (!run.includes('.')) jobs.add(`${id}.${run}`);
  }
  return jobs;
}

/** Where those that use a recording are found: by their signs in the store, and among those that run. */
interface Users {
  readonly store: Store;
  readonly open: readonly OpenTranscription[];
}

/** Deletes a recording and what was made of it, unless others use it; gives their IDs. */
async function leaveRecording(
  id: string,
  sha256: string,
  { store, open }: Users,
): Promise<Forgotten & { readonly others: readonly string[] }> {
  const forget = async (): Promise<Forgotten> =>
    addForgotten(await forgetRecording(sha256, store), await forgetDerived(sha256, store));
  const before = await othersOf(id, sha256, { store, open });
  const forgotten = before.length === 0 ? await forget() : NOTHING;
  await store.delete(userKey(sha256, id));
  if (before.length === 0) return { ...forgotten, others: [] };
  // Two that are deleted at once would each leave it to the other.
  const others = await othersOf(id, sha256, { store, open });
  return { ...(others.length === 0 ? await forget() : NOTHING), others };
}

async function othersOf(id: string, sha256: string, { store, open }: Users): Promise<string[]> {
  // One that waits for its turn has left no sign yet.
  const waiting = open.filter(({ sources }) => sources.includes(sha256)).map((one) => one.id);
  const users = new Set(waiting);
  const prefix = usersPrefix(sha256);
  for await (const { key } of store.list(prefix)) users.add(key.slice(prefix.length));
  users.delete(id);
  return [...users];
}

/** Deletes output files that are on a disk of this machine. */
async function deleteFiles(uris: readonly string[]): Promise<Forgotten> {
  let forgotten = NOTHING;
  for (const uri of uris) {
    const path = fileURLToPath(uri);
    const failed = (error: unknown): never => {
      throw diskFailure(error, path);
    };
    const found = await stat(path).catch((error: unknown) =>
      systemCode(error) === 'ENOENT' ? null : failed(error),
    );
    if (!found) continue;
    await rm(path, { force: true }).catch(failed);
    forgotten = addForgotten(forgotten, { files: 1, bytes: found.size });
  }
  return forgotten;
}
