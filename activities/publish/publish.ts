import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Format, PackedSection, SectionReport, SectionTranscript } from '../../workflows/contract.ts';
import type { SectionedTranscript } from '../../workflows/formats/format.ts';
import { report } from '../../workflows/formats/report.ts';
import { WRITERS } from '../../workflows/formats/writers.ts';
import { unpackSection } from '../../workflows/unpack.ts';
import { diskFailure } from '../store/failure.ts';
import { outputKey, sectionKey, sectionReportKey } from '../store/keys.ts';
import { readJson } from '../store/read-json.ts';
import type { Store } from '../store/store.ts';
import type { PublishInput } from '../types.ts';
import { outputFailure } from './output-failure.ts';
import { outputName } from './output-name.ts';
import { replaceFile } from './replace-file.ts';

/** Writes each output whole, then puts it in its place in one step. Returns the URIs in the order of the formats. */
export async function publish(
  input: PublishInput,
  { store, signal }: { store: Store; signal: AbortSignal },
): Promise<string[]> {
  const transcript: SectionedTranscript = {
    header: input.header,
    sections: () => transcripts(input, store),
  };
  const { out, formats } = input.options;
  const piecesOf = (format: Format): AsyncIterable<string> =>
    format === 'report'
      ? report(input.report, readEach<SectionReport>(input, sectionReportKey, store))
      : WRITERS[format](transcript);
  await using scratch = await store.scratch(input.job);
  const uris: string[] = [];
  for (const format of formats) {
    const written = join(scratch.path, format);
    await pipeline(Readable.from(piecesOf(format)), createWriteStream(written), { signal }).catch(
      (error: unknown) => {
        throw diskFailure(error, written);
      },
    );
    uris.push(
      out === null
        ? await keep(written, input.job, format, store)
        : await deliver(written, input, out, format),
    );
  }
  return uris;
}

async function* transcripts(input: PublishInput, store: Store): AsyncIterable<SectionTranscript> {
  for await (const section of readEach<PackedSection>(input, sectionKey, store)) yield unpackSection(section);
}

/** What the store holds for each section of a job, in order. */
async function* readEach<T>(
  { job, sections }: PublishInput,
  keyOf: (job: string, section: number) => string,
  store: Store,
): AsyncIterable<T> {
  for (let section = 0; section < sections; section++) {
    yield await readJson<T>(keyOf(job, section), store);
  }
}

async function keep(path: string, job: string, format: Format, store: Store): Promise<string> {
  const key = outputKey(job, format);
  await store.putFile(key, path);
  return store.uri(key);
}

async function deliver(
  path: string,
  { job, header }: PublishInput,
  out: string,
  format: Format,
): Promise<string> {
  const folder = fileURLToPath(out);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw outputFailure(error, folder);
  });
  const target = join(folder, outputName(header.source.name, format));
  await replaceFile(path, target, job);
  return pathToFileURL(target).href;
}
