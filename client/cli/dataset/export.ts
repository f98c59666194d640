import { appendFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { decode } from '../../../activities/media/ffmpeg.ts';
import { locateFfmpeg, type FfmpegPaths } from '../../../activities/media/locate.ts';
import { checkSourceFile } from '../../../activities/media/source-file.ts';
import { outputFailure } from '../../../activities/publish/output-failure.ts';
import { longhandHome } from '../../../models/home.ts';
import { SAMPLE_RATE } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { openDisplay, showingFetches } from '../display/display.ts';
import { interruptible } from '../exit.ts';
import { findFiles } from '../files/find-files.ts';
import { writeJson, writeLine } from '../output.ts';
import { clipsOf, type Clip } from './clips.ts';
import { cut } from './cut.ts';
import { recordingOf } from './recordings.ts';
import { readTranscriptFile, type TranscriptFile } from './transcript-file.ts';
import { wavHeader } from './wav.ts';

/** One transcript with its recording, checked as far as that goes without the sound. */
interface Example {
  readonly transcript: TranscriptFile;
  readonly recording: string;
  readonly clips: readonly Clip[];
}

/**
 * `longhand dataset export`: corrected transcripts and their recordings as pairs of sound and text, in the layout that
 * the model hub calls `audiofolder`: WAV files of at most 30 s, and `metadata.jsonl` with `file_name`, `transcription`
 * and `language`. The folder appears whole, or not at all.
 *
 * Throws LH_TRANSCRIPT_INVALID, LH_SOURCE_MISSING, LH_OUTPUT_COLLISION, LH_OPTION_INVALID for a folder that has files,
 * what `decode` throws, LH_DISK_FULL, LH_NOT_WRITABLE.
 */
export async function exportDataset(
  transcripts: readonly string[],
  { audio, out }: { readonly audio: readonly string[]; readonly out: string },
  json: boolean,
): Promise<void> {
  const folder = resolve(out);
  await demandNew(folder);
  const { examples, gaps } = await readExamples(transcripts, audio);
  const display = openDisplay();
  const written = await interruptible(async (signal) => {
    const ffmpeg = await locateFfmpeg({ home: longhandHome(), signal, ...showingFetches(display) });
    return putInPlace(folder, (draft) => writeExamples(examples, draft, ffmpeg, signal));
  }).finally(() => display.close());
  const document = { out: folder, clips: written.clips, seconds: written.samples / SAMPLE_RATE, gaps };
  if (json) return writeJson(document);
  const minutes = (document.seconds / 60).toFixed(1);
  await writeLine(
    `${document.clips} clips, ${minutes} minutes, at ${folder}${gaps > 0 ? `; ${gaps} gaps left out` : ''}`,
  );
}

async function demandNew(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw outputFailure(error, folder);
  });
  if (names.length === 0) return;
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected \`out\` to be a new or empty folder, got ${folder} with files`,
  );
}

/** Throws before any sound is decoded where one of them does not fit. */
async function readExamples(
  paths: readonly string[],
  audio: readonly string[],
): Promise<{ readonly examples: Example[]; readonly gaps: number }> {
  const { files } = await findFiles(audio, true);
  const recordings = files.map(({ path }) => path);
  const examples: Example[] = [];
  let gaps = 0;
  for (const path of paths) {
    const transcript = await readTranscriptFile(path);
    // One file named for one transcript is its recording, whatever it is called.
    const only = paths.length === 1 && audio.length === 1 && recordings.find((file) => file === audio[0]);
    const recording = only || recordingOf(transcript, recordings);
    await checkSourceFile(recording);
    const other = examples.find((example) => parse(example.recording).name === parse(recording).name);
    if (other) {
      throw new LonghandError(
        'LH_OUTPUT_COLLISION',
        `Expected recordings of different names, got ${other.recording} and ${recording}`,
      );
    }
    const found = clipsOf(transcript);
    gaps += found.gaps;
    examples.push({ transcript, recording, clips: found.clips });
  }
  return { examples, gaps };
}

async function writeExamples(
  examples: readonly Example[],
  folder: string,
  ffmpeg: FfmpegPaths,
  signal: AbortSignal,
): Promise<{ readonly clips: number; readonly samples: number }> {
  let [clips, samples] = [0, 0];
  for (const { transcript, recording: path, clips: wanted } of examples) {
    const pcm = decode(ffmpeg, path, { signal });
    let number = 0;
    for await (const { clip, pcm: bytes } of cut({
      pcm,
      path,
      clips: wanted,
      duration: transcript.duration,
    })) {
      number += 1;
      const name = `${parse(path).name}-${String(number).padStart(4, '0')}.wav`;
      const { text, language } = clip;
      const line = { file_name: name, transcription: text, ...(language === null ? {} : { language }) };
      await writeFile(join(folder, name), Buffer.concat([wavHeader(bytes.length / 2), bytes]));
      await appendFile(join(folder, 'metadata.jsonl'), `${JSON.stringify(line)}\n`);
      samples += bytes.length / 2;
    }
    clips += number;
  }
  return { clips, samples };
}

/** Has a folder filled beside `folder`, and renames it there. */
async function putInPlace<T>(folder: string, fill: (draft: string) => Promise<T>): Promise<T> {
  let draft: string | undefined;
  try {
    await mkdir(dirname(folder), { recursive: true });
    draft = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
    const filled = await fill(draft);
    await rename(draft, folder);
    return filled;
  } catch (error) {
    throw isSystemError(error) ? outputFailure(error, folder) : error;
  } finally {
    if (draft !== undefined) await rm(draft, { recursive: true, force: true });
  }
}

const isSystemError = (error: unknown): boolean =>
  !(error instanceof LonghandError) && (error as NodeJS.ErrnoException).syscall !== undefined;
