import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LonghandError } from '../../workflows/errors.ts';
import { artifactFolder, type Artifact, type Source } from './artifact.ts';
import { diskFailure, reasonOf } from './failure.ts';
import { exists, syncFolder } from './files.ts';
import { withLock } from './lock.ts';
import { isOffline } from './offline.ts';
import { PARTIAL, partialOf, removeWhole, resumableOf } from './partial.ts';
import { throttledProgress, type Delivered, type FetchReport } from './progress.ts';
import { deliver, isRemote, sourceName } from './sources/index.ts';
import { stamp, verifyChanged, type Damage } from './verify.ts';

export interface FetchOptions extends FetchReport {
  /** See `longhandHome`. */
  readonly home: string;
  /** Default: the process's own. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A source that did not deliver; `details.tried` of `LH_FETCH_FAILED` lists them. */
export interface Attempt {
  readonly source: string;
  /** One line. */
  readonly reason: string;
}

/** The folder that holds `artifact` whole and unchanged; null where it must be fetched. Fetches nothing. */
export async function findArtifact(artifact: Artifact, home: string): Promise<string | null> {
  const folder = artifactFolder(home, artifact);
  return (await verifyChanged(folder, artifact)).length === 0 ? folder : null;
}

/**
 * The folder that holds `artifact`, fetched from the first of its sources that delivers where it is not there yet,
 * or is damaged. The folder appears whole, in one step, verified and safe on the disk. Processes that need it at
 * the same time fetch it once. What the hub had sent when a fetch was cut short or killed is kept, and the next goes
 * on from there; all else that it left is removed by the next. With `LONGHAND_OFFLINE` no source is asked over a network.
 *
 * Throws `LH_FETCH_FAILED` where no source delivers, `LH_DISK_FULL`, `LH_NOT_WRITABLE`, or the signal's reason.
 */
export async function fetchArtifact(artifact: Artifact, options: FetchOptions): Promise<string> {
  const folder = artifactFolder(options.home, artifact);
  if ((await verifyChanged(folder, artifact)).length === 0) return folder;
  try {
    await withLock(`${folder}.lock`, () => completeUnderLock(artifact, folder, options), {
      signal: options.signal,
      onWait: ({ pid }) =>
        options.onNotice?.(`${artifact.name}: process ${pid} is fetching it; waiting for it`),
    });
    return folder;
  } catch (error) {
    throw diskFailure(error, dirname(folder)) ?? error;
  }
}

async function completeUnderLock(artifact: Artifact, folder: string, options: FetchOptions): Promise<void> {
  const damage = await verifyChanged(folder, artifact);
  if (damage.length === 0) return;
  await removeLeftovers(folder);
  if (await exists(folder)) tellDamage(artifact, damage, options);
  await tryEachSource(artifact, folder, options);
}

async function tryEachSource(artifact: Artifact, folder: string, options: FetchOptions): Promise<void> {
  const env = options.env ?? process.env;
  const tried: Attempt[] = [];
  for (const source of artifact.sources) {
    if (source.kind === 'folder' && !env[source.variable]) continue;
    if (isRemote(source) && isOffline(env)) {
      tried.push({ source: sourceName(source), reason: 'not asked, for LONGHAND_OFFLINE is set' });
      continue;
    }
    try {
      await fetchFrom(source, artifact, folder, { ...options, env });
      if (isRemote(source)) options.onDownload?.(contentsOf(artifact));
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      // A named folder that lacks the files says so by an error of its own path, not of the home.
      const failure = !isRemote(source) && isReadFailure(error) ? null : diskFailure(error, dirname(folder));
      if (failure !== null) throw failure;
      if (isRemote(source)) options.onDownload?.(null);
      tried.push({ source: sourceName(source), reason: reasonOf(error) });
      options.onNotice?.(`${artifact.name}: ${sourceName(source)}: ${reasonOf(error)}`);
    }
  }
  throw nothingDelivered(artifact, tried);
}

const contentsOf = ({ files }: Artifact): Delivered => ({
  files: files.length,
  bytes: files.reduce((sum, { size }) => sum + size, 0),
});

async function fetchFrom(
  source: Source,
  artifact: Artifact,
  folder: string,
  { env, signal, ...report }: FetchOptions & { readonly env: NodeJS.ProcessEnv },
): Promise<void> {
  const partial = partialOf(folder);
  const work = join(partial, '.work');
  const resumable = resumableOf(folder);
  const onProgress = throttledProgress(artifact.name, report);
  try {
    await mkdir(work, { recursive: true });
    await deliver(source, { artifact, folder: partial, work, resumable, env, signal, onProgress });
    await rm(work, { recursive: true });
    for (const { name } of artifact.files) {
      if (!(await exists(join(partial, name)))) throw new Error(`${name} was not among what came`);
    }
    await stamp(partial, artifact);
    await syncFolder(partial);
    signal?.throwIfAborted();
    // A damaged one stays until what takes its place is here: it may be the only one there is.
    if (await exists(folder)) await removeWhole(folder);
    await rename(partial, folder);
    await syncFolder(dirname(folder));
    await rm(resumable, { recursive: true, force: true });
  } finally {
    await rm(partial, { recursive: true, force: true, maxRetries: 3 });
    // Only where nothing is in it.
    await rmdir(resumable).catch(() => undefined);
  }
}

function tellDamage(artifact: Artifact, damage: readonly Damage[], { onNotice }: FetchReport): void {
  const what = damage.map(({ file, problem }) => `${file}: ${problem}`).join('; ');
  onNotice?.(`${artifact.name}: LH_CHECKSUM the cached files are damaged and fetched again (${what})`);
}

/** Removes what killed fetches left and none can resume; whoever holds the lock is the only one that fetches. */
async function removeLeftovers(folder: string): Promise<void> {
  const prefix = `${basename(folder)}${PARTIAL}`;
  const names = (await readdir(dirname(folder))).filter(
    (name) => name.startsWith(prefix) && name !== basename(resumableOf(folder)),
  );
  for (const name of names)
    await rm(join(dirname(folder), name), { recursive: true, force: true, maxRetries: 3 });
}

function nothingDelivered(artifact: Artifact, tried: readonly Attempt[]): LonghandError {
  const reasons = tried.map(({ source, reason }) => `${source} (${reason})`).join('; ');
  return new LonghandError(
    'LH_FETCH_FAILED',
    `Expected one source to deliver ${artifact.name} ${artifact.version}, but each failed: ${reasons}. ` +
      `Try again with a network, or ${artifact.byHand}.`,
    { details: { artifact: artifact.name, version: artifact.version, tried } },
  );
}

const isReadFailure = (error: unknown) =>
  ['open', 'read'].includes((error as NodeJS.ErrnoException).syscall ?? '');
