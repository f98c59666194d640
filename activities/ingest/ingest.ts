import { join } from 'node:path';
import type { Recording, Source } from '../../workflows/contract.ts';
import { LonghandError } from '../../workflows/errors.ts';
import type { FfmpegPaths } from '../media/locate.ts';
import { localPath } from '../media/source-file.ts';
import { canonicalJson } from '../store/canonical.ts';
import { recordingKey, recordingMetaKey, sourceKey } from '../store/keys.ts';
import type { Scratch, Store } from '../store/store.ts';
import { decodeSource } from './decode-source.ts';
import { checkUnchanged, hashFile } from './hash.ts';
import { SectionCutter } from './sections.ts';

interface IngestDeps {
  readonly store: Store;
  readonly ffmpeg: FfmpegPaths;
  readonly signal?: AbortSignal | undefined;
  /** Called often, with the samples decoded so far: 0 while the source is hashed. Never goes down. */
  readonly onProgress?: ((samples: number) => void) | undefined;
}

/** Bytes of a recording read at once when it is cut again. */
const PIECE = 4 * 1024 * 1024;

/**
 * Makes `source` a recording in the store: hashed, probed, decoded, cut into sections. A recording already
 * there is given back without touching the source. The samples are committed first and what belongs to them
 * second, computed from the samples that won, so that the two agree whoever writes when.
 *
 * Throws LH_SOURCE_SCHEME, LH_SOURCE_MISSING where an uploaded source is not in the store, what `hashFile` and
 * `decodeSource` throw, LH_SOURCE_CHANGED where the bytes are not those of `source.sha256`, and the
 * store's errors; the reason of `signal` when it aborts.
 */
export async function ingest(source: Source, deps: IngestDeps): Promise<Recording> {
  const { store } = deps;
  const key = recordingKey(source.sha256);
  const metaKey = recordingMetaKey(source.sha256);
  const size = await store.size(key);
  const known = await store.get(metaKey);
  if (known !== null) {
    const meta = JSON.parse(known.toString('utf8')) as RecordingMeta;
    if (size === meta.samples * 2) return { key, ...meta };
    await store.delete(metaKey);
  }

  const decoded = size === null ? await decodeToStore(source, key, deps) : null;
  const meta = decoded ?? metaOf(await cutStored(key, deps));
  await store.put(metaKey, Buffer.from(canonicalJson(meta)));
  return { key, ...meta };
}

type RecordingMeta = Omit<Recording, 'key'>;

const metaOf = (cutter: SectionCutter): RecordingMeta => ({
  samples: cutter.samples,
  sectionEnds: cutter.end(),
});

/** Decodes the source into the store. Gives what belongs to it, or null where another's samples were there first. */
async function decodeToStore(source: Source, key: string, deps: IngestDeps): Promise<RecordingMeta | null> {
  const { store, signal, onProgress } = deps;
  await using scratch = await store.scratch(`ingest-${source.sha256.slice(0, 12)}`);
  const path = await readablePath(source, scratch, deps);
  const { sha256, state } = await hashFile(path, { signal, onProgress: () => onProgress?.(0) });
  if (sha256 !== source.sha256) {
    const message = `Expected ${JSON.stringify(path)} to have the SHA-256 ${source.sha256}, got ${sha256}.`;
    throw new LonghandError('LH_SOURCE_CHANGED', message, { details: { path, sha256 } });
  }
  const { draft, cutter, remark } = await decodeSource(path, Number(state.size), scratch.path, deps);
  await checkUnchanged(path, state);
  if ((await store.putFile(key, draft)) !== 'created') return null;
  return remark === undefined ? metaOf(cutter) : { ...metaOf(cutter), remark };
}

/** Cuts a recording that is in the store already, from its samples. */
async function cutStored(key: string, { store, signal, onProgress }: IngestDeps): Promise<SectionCutter> {
  const cutter = new SectionCutter();
  const size = (await store.size(key)) ?? 0;
  for (let start = 0; start < size; start += PIECE) {
    signal?.throwIfAborted();
    cutter.push(await store.read(key, start, Math.min(size, start + PIECE)));
    onProgress?.(cutter.samples);
  }
  return cutter;
}

/** Where the source can be read here: its own path, or one in `scratch` for what a client uploaded. */
async function readablePath(
  { uri, name, sha256 }: Source,
  scratch: Scratch,
  { store, signal, onProgress }: IngestDeps,
): Promise<string> {
  const key = sourceKey(sha256);
  if (uri !== `store:${key}`) return localPath(uri);
  // Some formats are told by the file's extension alone; the rest of the name is for people.
  const path = join(scratch.path, `source-${name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_').slice(-60)}`);
  try {
    await store.fetch(key, path, { signal, onProgress: () => onProgress?.(0) });
    return path;
  } catch (error) {
    if (!(error instanceof LonghandError) || error.code !== 'LH_STORE_MISSING') throw error;
    const message = `Expected the uploaded ${JSON.stringify(name)} at ${store.uri(key)}, found nothing.`;
    throw new LonghandError('LH_SOURCE_MISSING', message, { cause: error, details: { uri } });
  }
}
