import { createHash } from 'node:crypto';
import { LonghandError } from '../../workflows/errors.ts';
import type { ArtifactFile } from '../cache/artifact.ts';
import { download } from '../cache/download.ts';
import { reasonOf } from '../cache/failure.ts';
import type { FetchOptions } from '../cache/fetch.ts';
import { hubFile, hubHeaders, hubOf } from '../cache/hub.ts';
import { isOffline } from '../cache/offline.ts';
import type { Description, Repository } from './description.ts';
import { pickFiles } from './files.ts';

/** Bytes of a file that is read to be described: tokenizers and configurations are a few megabytes. */
const LARGEST_READ = 64_000_000;

/** What the hub's API says of a repository at a revision, as far as it is used. */
interface HubModel {
  /** The commit. */
  readonly sha: string;
  readonly siblings: readonly HubFile[];
  readonly cardData?: { readonly license?: unknown } | null;
}

interface HubFile {
  readonly rfilename: string;
  readonly size?: number;
  /** Git's name of the content, of a file that is not in the large file storage. */
  readonly blobId?: string;
  readonly lfs?: { readonly sha256: string; readonly size: number };
}

/**
 * The model in a repository of the model hub at a branch, tag or commit; its revision is the commit. The weights are
 * not read, the hub tells their checksum; small files are, and checked against git's. Throws LH_MODEL_INVALID, and
 * LH_FETCH_FAILED where the hub does not say.
 */
export async function describeRepository(
  { repository, ref }: Repository,
  { env = process.env, signal }: Pick<FetchOptions, 'env' | 'signal'>,
): Promise<Description> {
  const place = `${repository}@${ref}`;
  const read = async (url: string): Promise<Buffer> => {
    if (isOffline(env)) throw new Error('not asked, for LONGHAND_OFFLINE is set');
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const bytes of download(url, { signal, headers: hubHeaders(env) })) {
      if ((size += bytes.length) > LARGEST_READ) throw new Error(`more than ${LARGEST_READ} bytes came`);
      pieces.push(bytes);
    }
    return Buffer.concat(pieces);
  };
  try {
    const api = `${hubOf(env)}/api/models/${repository}/revision/${encodeURIComponent(ref)}?blobs=true`;
    const described: unknown = JSON.parse((await read(api)).toString('utf8'));
    if (!isHubModel(described)) throw new Error('it names no commit with its files');
    const { sha, siblings, cardData } = described;
    const { layout, names } = pickFiles(
      siblings.map(({ rfilename }) => rfilename),
      place,
    );
    const files: ArtifactFile[] = [];
    for (const file of siblings.filter(({ rfilename }) => names.includes(rfilename))) {
      const { rfilename: name, lfs } = file;
      files.push(
        lfs
          ? { name, size: lfs.size, sha256: lfs.sha256 }
          : describeContent(file, await read(hubFile(env, repository, sha, name))),
      );
    }
    const licence = typeof cardData?.license === 'string' ? cardData.license : null;
    const sources = [{ kind: 'hub', repository, revision: sha } as const];
    return { revision: sha, files, sources, layout, licence, source: place };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof LonghandError) throw error;
    throw new LonghandError(
      'LH_FETCH_FAILED',
      `Expected the model hub to describe ${place}, but it failed: ${reasonOf(error)}. Try again with a network, or download the repository and add its folder.`,
      { cause: error },
    );
  }
}

function isHubModel(value: unknown): value is HubModel {
  const { sha, siblings } = (value ?? {}) as Partial<Record<keyof HubModel, unknown>>;
  const isFile = (file: Partial<HubFile> | null) =>
    typeof file?.rfilename === 'string' &&
    (file.lfs === undefined ||
      (/^[0-9a-f]{64}$/.test(file.lfs.sha256) && Number.isSafeInteger(file.lfs.size)));
  return /^[0-9a-f]{40}$/.test(String(sha)) && Array.isArray(siblings) && siblings.every(isFile);
}

/** Throws LH_CHECKSUM where git has another name for the content. */
function describeContent({ rfilename: name, blobId }: HubFile, content: Buffer): ArtifactFile {
  const blob = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
  if (blobId !== undefined && blob !== blobId) {
    throw new LonghandError('LH_CHECKSUM', `Expected ${name} to be git's blob ${blobId}, but got ${blob}.`);
  }
  return { name, size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}
