import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { FolderSource, PathSource } from '../artifact.ts';
import { writeFiles, type Delivery } from './delivery.ts';

/** Copies the files from `<folder the user names>/<artifact name>/`. */
export async function deliverFromFolder(source: FolderSource, delivery: Delivery): Promise<void> {
  await copyFrom(join(delivery.env[source.variable] ?? '', delivery.artifact.name), delivery);
}

/** Copies the files from a folder known by its path. */
export async function deliverFromPath({ path }: PathSource, delivery: Delivery): Promise<void> {
  await copyFrom(path, delivery);
}

async function copyFrom(folder: string, delivery: Delivery): Promise<void> {
  await writeFiles(delivery, ({ name }) => piecesOf(join(folder, name)));
}

/** Opened when the first piece is asked for: a stream that fails before anybody listens ends the process. */
async function* piecesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield* createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>;
}
