import { derivedPrefix, jobPrefix, recordingKey, recordingMetaKey, sourceKey } from './keys.ts';
import type { Listed, Store } from './store.ts';

/** What was deleted. */
export interface Forgotten {
  readonly files: number;
  readonly bytes: number;
}

export const NOTHING: Forgotten = { files: 0, bytes: 0 };

export const addForgotten = (a: Forgotten, b: Forgotten): Forgotten => ({
  files: a.files + b.files,
  bytes: a.bytes + b.bytes,
});

/** Deletes a recording, and its source where it was uploaded or fetched. */
export async function forgetRecording(sourceSha256: string, store: Store): Promise<Forgotten> {
  // Its samples last: without what belongs to them they are cut again, and not the other way round.
  const keys = [recordingMetaKey(sourceSha256), recordingKey(sourceSha256), sourceKey(sourceSha256)];
  return forgetKeys(keys, store);
}

/**
 * Deletes what was made of a recording: its plans, and the results of its chunks. Each goes before its sign, so that one
 * who is killed in between leaves nothing that the next does not find.
 */
export async function forgetDerived(sourceSha256: string, store: Store): Promise<Forgotten> {
  const prefix = derivedPrefix(sourceSha256);
  let forgotten = NOTHING;
  for await (const { key } of store.list(prefix)) {
    forgotten = addForgotten(forgotten, await forgetKeys([key.slice(prefix.length)], store));
    await store.delete(key);
  }
  return forgotten;
}

/** Deletes the files of a job that `isOver` says yes to; all where it is left out. */
export async function forgetJob(
  job: string,
  store: Store,
  isOver: (file: Listed) => boolean = () => true,
): Promise<Forgotten> {
  let forgotten = NOTHING;
  for await (const file of store.list(jobPrefix(job))) {
    if (!isOver(file)) continue;
    await store.delete(file.key);
    forgotten = addForgotten(forgotten, { files: 1, bytes: file.bytes });
  }
  return forgotten;
}

async function forgetKeys(keys: readonly string[], store: Store): Promise<Forgotten> {
  let forgotten = NOTHING;
  for (const key of keys) {
    const bytes = await store.size(key);
    if (bytes === null) continue;
    await store.delete(key);
    forgotten = addForgotten(forgotten, { files: 1, bytes });
  }
  return forgotten;
}
