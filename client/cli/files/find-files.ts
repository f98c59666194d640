import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { isUtf8 } from 'node:buffer';
import { basename, extname, join, relative, resolve } from 'node:path';
import { shownUri } from '../../../activities/store/shown-uri.ts';
import type { RemoteSource } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { toLonghandError } from '../../failure.ts';
import { remoteSource } from '../../../activities/request/remote-source.ts';
import { notUtf8 } from '../../source.ts';
import { MEDIA_EXTENSIONS } from './media-extensions.ts';

/** A file to transcribe, or what a worker is to fetch. */
export interface FoundFile {
  /** As it was named, or below a folder that was. */
  readonly path: string;
  /** Its folder below the one that was named; empty for a file that was named itself. */
  readonly folder: string;
  /** Left out for a file. */
  readonly remote?: RemoteSource;
}

/** What a file is called, and its outputs after it. */
export const nameOf = ({ path, remote }: FoundFile): string => remote?.name ?? basename(path);

/** Where a file lies, for people and programs: of a URL nothing that may be a secret. */
export const shownPath = ({ path, remote }: FoundFile): string => (remote ? shownUri(path) : path);

export interface Found {
  /** Each file once; those of a folder in the order of their paths. */
  readonly files: readonly FoundFile[];
  /** Entries of the folders that are hidden, or no media by their extension. */
  readonly skipped: number;
  /** Folders that could not be read, URLs that are refused, and entries whose names are no UTF-8. */
  readonly failures: readonly { readonly path: string; readonly error: LonghandError }[];
}

/**
 * The files that `paths` name: each file or URL itself, and with `recursive` every media file below each folder. Without
 * it a folder is taken for a file, which it turns out not to be. Links are followed, each folder is read once.
 */
export async function findFiles(paths: readonly string[], recursive: boolean): Promise<Found> {
  const walk = new Walk();
  for (const path of paths) {
    const isFolder = recursive && (await stat(path).catch(() => null))?.isDirectory() === true;
    if (isFolder) await walk.readTree(path);
    else walk.name(path);
  }
  return { files: [...walk.files.values()], skipped: walk.skipped, failures: walk.failures };
}

class Walk {
  /** By absolute path. */
  readonly files = new Map<string, FoundFile>();
  readonly failures: { path: string; error: LonghandError }[] = [];
  skipped = 0;
  /** Real paths of the folders that were read. */
  readonly #read = new Set<string>();

  /** What a command names. */
  name(path: string): void {
    try {
      const remote = remoteSource(path);
      if (remote === null) this.add(path, '');
      else if (!this.files.has(remote.uri)) this.files.set(remote.uri, { path, folder: '', remote });
    } catch (error) {
      this.failures.push({ path: shownUri(path), error: toLonghandError(error) });
    }
  }

  add(path: string, folder: string): void {
    const key = resolve(path);
    if (!this.files.has(key)) this.files.set(key, { path, folder });
  }

  /** A folder is known by its own path first; by a link's only where the tree has no other. */
  async readTree(root: string): Promise<void> {
    const found: string[] = [];
    for (let folders = [root], links: string[] = []; folders.length > 0;) {
      const below = await Promise.all(folders.map((folder) => this.#readFolder(folder)));
      found.push(...below.flatMap(({ files }) => files));
      links.push(...below.flatMap((entries) => entries.links));
      folders = below.flatMap((entries) => entries.folders);
      if (folders.length === 0) [folders, links] = [links, []];
    }
    for (const path of found.sort()) this.add(path, relative(root, join(path, '..')));
  }

  async #readFolder(folder: string): Promise<{ files: string[]; folders: string[]; links: string[] }> {
    const below = { files: [] as string[], folders: [] as string[], links: [] as string[] };
    let entries: Dirent<Buffer>[];
    try {
      const real = await realpath(folder);
      if (this.#read.has(real)) return below;
      this.#read.add(real);
      entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
    } catch (cause) {
      const message = `Expected a folder that may be read at ${folder}, got ${(cause as Error).message}`;
      this.failures.push({
        path: folder,
        error: new LonghandError('LH_SOURCE_FORBIDDEN', message, { cause }),
      });
      return below;
    }
    for (const entry of entries) {
      const name = entry.name.toString();
      const path = join(folder, name);
      const isMedia = MEDIA_EXTENSIONS.has(extname(name).toLowerCase());
      if (!isUtf8(entry.name)) {
        // A folder may hold media.
        if (isMedia || !entry.isFile()) this.failures.push({ path, error: notUtf8(path) });
        else this.skipped += 1;
        continue;
      }
      const target = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry;
      if (name.startsWith('.')) this.skipped += 1;
      else if (target?.isDirectory()) (target === entry ? below.folders : below.links).push(path);
      // A link that leads nowhere is a recording that is missing: better said than skipped.
      else if (isMedia && (target === null || target.isFile())) below.files.push(path);
      else this.skipped += 1;
    }
    return below;
  }
}
