import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { FolderSource } from '../artifact.ts';
import { writeFiles, type Delivery } from './delivery.ts';

/** Copies the files from `<folder the user names>/<artifact name>/`. */
export async function deliverFromFolder(source: FolderSource, delivery: Delivery): Promise<void> {
  const folder = join(delivery.env[source.variable] ?? '', delivery.artifact.name);
  await writeFiles(
    delivery,
    ({ name }) =>
      createReadStream(join(folder, name), { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>,
  );
}
