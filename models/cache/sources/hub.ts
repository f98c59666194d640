import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { LonghandError } from '../../../workflows/errors.ts';
import type { ArtifactFile, HubSource } from '../artifact.ts';
import { completeChecked } from '../checked-file.ts';
import { download } from '../download.ts';
import { diskFailure } from '../failure.ts';
import { hubFile, hubHeaders } from '../hub.ts';
import { eachFile, type Delivery } from './delivery.ts';

/** Downloads each file from the model hub. What has come of a file is kept for another try. */
export async function deliverFromHub(source: HubSource, delivery: Delivery): Promise<void> {
  await eachFile(delivery, async (file, onBytes) => {
    await mkdir(delivery.resumable, { recursive: true });
    const path = join(delivery.resumable, file.sha256);
    await downloadWhole(path, file, source, delivery, onBytes);
    await rename(path, join(delivery.folder, file.name));
  });
}

/** Goes on with a file, over a new connection where one breaks, as long as each brings more. */
async function downloadWhole(
  path: string,
  file: ArtifactFile,
  { repository, revision }: HubSource,
  { env, signal, folder }: Delivery,
  onBytes: (count: number) => void,
): Promise<void> {
  const url = hubFile(env, repository, revision, file.name);
  const headers = hubHeaders(env);
  let most = 0;
  const onSize = (size: number) => {
    if (size > most) onBytes(size - most);
    most = Math.max(most, size);
  };
  for (let before = 0; ;) {
    try {
      await completeChecked(path, file, (from) => download(url, { signal, from, headers }), onSize);
      return;
    } catch (error) {
      const isFinal = error instanceof LonghandError || diskFailure(error, folder) !== null;
      if (isFinal || signal?.aborted === true || most === before) throw error;
      before = most;
    }
  }
}
