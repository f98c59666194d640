import type { Artifact, ArtifactFile } from '../artifact.ts';
import { writeChecked } from '../checked-file.ts';

/** What a source needs to deliver an artifact. */
export interface Delivery {
  readonly artifact: Artifact;
  /** Gets the artifact's files. */
  readonly folder: string;
  /** Empty folder for whatever else the source needs; removed afterwards. */
  readonly work: string;
  /** Folder for downloads that a later delivery may go on with, made at need; removed once the artifact is whole. */
  readonly resumable: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  /** Bytes so far, and in all where known. */
  readonly onProgress: (done: number, total: number | null) => void;
}

/** Writes each file of the artifact from what `open` gives for it, reporting bytes out of the artifact's size. */
export async function writeFiles(
  delivery: Delivery,
  open: (file: ArtifactFile) => AsyncIterable<Uint8Array>,
): Promise<void> {
  await eachFile(delivery, (file, onBytes) => writeChecked(delivery.folder, file, open(file), onBytes));
}

/** Calls `write` for each file of the artifact, with what it must tell of each piece; reports out of the artifact's size. */
export async function eachFile(
  { artifact, signal, onProgress }: Delivery,
  write: (file: ArtifactFile, onBytes: (count: number) => void) => Promise<void>,
): Promise<void> {
  const total = artifact.files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const file of artifact.files) {
    await write(file, (count) => {
      signal?.throwIfAborted();
      onProgress((done += count), total);
    });
  }
}
