import { join } from 'node:path';
import type { Source } from '../../workflows/contract.ts';
import { hashFile } from '../ingest/hash.ts';
import { localPath } from '../media/source-file.ts';
import { fetchedKey, sourceKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { FetchInput } from '../types.ts';
import type { MayConnect } from './allowed.ts';
import { download } from './download.ts';
import { Draft } from './draft.ts';
import { LIMITS, type Limits } from './limits.ts';
import { placeOf } from './place.ts';

interface FetchDeps {
  readonly store: Store;
  readonly mayConnect: MayConnect;
  readonly signal: AbortSignal;
  /** Called with each piece: bytes so far, and of all where that is known. */
  readonly onProgress?: ((bytes: number, total: number | null) => void) | undefined;
  readonly limits?: Limits;
  /** Holds the secrets. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Brings a source from its URL to the store, and names it as one that a client uploaded; a file of the disk stays where it
 * is. What a job has fetched it finds
 * again, whatever its URL holds by then.
 *
 * Throws what `placeOf`, `download` and `hashFile` throw, the store's errors, and the reason of the signal.
 */
export async function fetchSource({ job, source }: FetchInput, deps: FetchDeps): Promise<Source> {
  const { store, environment, limits = LIMITS } = deps;
  if (source.uri.startsWith('file:')) {
    // It lies where ingest reads it: all that is wanted is who it is.
    const { signal, onProgress } = deps;
    const told = { signal, onProgress: (bytes: number) => onProgress?.(bytes, null) };
    return { ...source, sha256: (await hashFile(localPath(source.uri), told)).sha256 };
  }
  const fetched = (sha256: string): Source => ({
    uri: `store:${sourceKey(sha256)}`,
    name: source.name,
    sha256,
  });
  const key = fetchedKey(job);
  const known = await store.get(key);
  if (known !== null) return fetched(known.toString());

  await using scratch = await store.scratch('fetch');
  const path = join(scratch.path, 'body');
  const sha256 = await toFile(path);
  await store.putFile(sourceKey(sha256), path);
  // Where another attempt was first, its bytes are the job's.
  if ((await store.put(key, Buffer.from(sha256))) === 'created') return fetched(sha256);
  return fetched((await store.get(key))?.toString() ?? sha256);

  async function toFile(path: string): Promise<string> {
    await using draft = await Draft.create(path);
    await download(placeOf(source.uri, environment), draft, { ...deps, limits });
    return draft.digest();
  }
}
