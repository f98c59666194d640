import type { ArchiveSource } from '../artifact.ts';
import { writeChecked } from '../checked-file.ts';
import { download } from '../download.ts';
import { readTarGz } from '../tar.ts';
import type { Delivery } from './delivery.ts';

/** Unpacks a downloaded `.tar.gz` while it comes. */
export async function deliverFromArchive(source: ArchiveSource, delivery: Delivery): Promise<void> {
  await unpack(download(source.url, { signal: delivery.signal }), source.members, delivery);
}

/** Writes the artifact's files out of a `.tar.gz`; `members` has each file's path in it. Others are passed over. */
export async function unpack(
  packed: AsyncIterable<Uint8Array>,
  members: Readonly<Record<string, string>>,
  { artifact, folder, signal, onProgress }: Delivery,
): Promise<void> {
  let done = 0;
  for await (const { name, content } of readTarGz(packed)) {
    const file = artifact.files.find((candidate) => members[candidate.name] === name);
    if (file === undefined) continue;
    await writeChecked(folder, file, content, (count) => {
      signal?.throwIfAborted();
      onProgress((done += count), null);
    });
  }
}
