import { randomUUID } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outputName } from '../activities/publish/output-name.ts';
import { replaceFile } from '../activities/publish/replace-file.ts';
import { diskFailure } from '../activities/store/failure.ts';
import { outputKey } from '../activities/store/keys.ts';
import type { Format, TranscriptionResult } from '../workflows/contract.ts';
import { LonghandError, systemCode } from '../workflows/errors.ts';
import type { GivenStore } from './given-store.ts';

type Output = TranscriptionResult['outputs'][number];

/** Whether every output of a transcription is still where its workers put it. */
export async function filesAreThere(
  { job, outputs }: TranscriptionResult,
  store: GivenStore,
): Promise<boolean> {
  const found = await Promise.all(
    outputs.map(async (output) => {
      if (isKept(output, job) && store.url !== null)
        return (await store.open()).has(outputKey(job, output.format));
      const path = localPath(output);
      // What lies where this client cannot look is as it was left.
      return (
        path === null ||
        access(path).then(
          () => true,
          () => false,
        )
      );
    }),
  );
  return found.every(Boolean);
}

/**
 * The bytes of an output. Throws LH_FORMAT_UNKNOWN where it was not asked for, LH_STORE_NOT_GIVEN where it lies in a
 * store the client was not given, LH_STORE_MISSING where it is gone, and what the store throws.
 */
export async function readOutput(
  { job, outputs }: TranscriptionResult,
  format: Format,
  store: GivenStore,
): Promise<Buffer> {
  const output = outputs.find((one) => one.format === format);
  if (!output) {
    const made = outputs.map((one) => one.format).join(', ');
    throw new LonghandError(
      'LH_FORMAT_UNKNOWN',
      `Expected \`format\` to be one of ${made}, got \`${format}\``,
    );
  }
  const isInStore = isKept(output, job);
  const bytes =
    isInStore && store.url !== null
      ? await (await store.open()).get(outputKey(job, format))
      : await readLocal(output);
  if (bytes) return bytes;
  if (isInStore && store.url === null) await store.open();
  throw new LonghandError('LH_STORE_MISSING', `Expected ${output.uri}, found nothing`, {
    details: { uri: output.uri },
  });
}

/**
 * Writes outputs to files of `folder`, each in one step, in the order of `formats`. Throws what `readOutput` throws,
 * LH_NOT_WRITABLE or LH_DISK_FULL.
 */
export async function downloadOutputs(
  result: TranscriptionResult,
  {
    folder,
    name,
    formats,
    store,
  }: { folder: string; name: string; formats: readonly Format[]; store: GivenStore },
): Promise<string[]> {
  const target = resolve(folder);
  await mkdir(target, { recursive: true }).catch((error: unknown) => {
    throw diskFailure(error, target);
  });
  const scratch = await mkdtemp(join(tmpdir(), 'longhand-'));
  try {
    const paths: string[] = [];
    for (const format of formats) {
      const fetched = join(scratch, format);
      const bytes = await readOutput(result, format, store);
      await writeFile(fetched, bytes).catch((error: unknown) => {
        throw diskFailure(error, fetched, bytes.byteLength);
      });
      const path = join(target, outputName(name, format));
      // Two processes may download the same result into one folder.
      await replaceFile(fetched, path, randomUUID());
      paths.push(path);
    }
    return paths;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Whether an output lies in the workers' store, wherever that is mounted: its key names the job. */
const isKept = ({ uri, format }: Output, job: string): boolean => uri.endsWith(`/${outputKey(job, format)}`);

const localPath = ({ uri }: Output): string | null => (uri.startsWith('file:') ? fileURLToPath(uri) : null);

async function readLocal(output: Output): Promise<Buffer | null> {
  const path = localPath(output);
  if (path === null) return null;
  return readFile(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw diskFailure(error, path);
  });
}
