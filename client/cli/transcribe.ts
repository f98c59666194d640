import type { Format } from '../../workflows/contract.ts';
import type { ErrorCode } from '../../workflows/errors.ts';
import { toLonghandError } from '../failure.ts';
import type { Transcription } from '../transcription.ts';
import { awaitTranscription, type Awaiting } from './await-transcription.ts';
import { withBackend, type Backend } from './backend.ts';
import { openDisplay } from './display/display.ts';
import { pathsOf } from './documents.ts';
import { exitStatusOf, interruptible, whenAborted } from './exit.ts';
import { Batch } from './files/batch.ts';
import type { PlacedFile } from './files/destinations.ts';
import { planFiles } from './files/plan-files.ts';
import { startFile } from './files/start-file.ts';
import { FileReporter, type Transcribed } from './files/reporter.ts';
import type { TranscriptionFlags } from './flags.ts';
import { writeJson } from './output.ts';
import type { Settings } from './settings.ts';
import { formatSummary, summarize } from './summary.ts';
import { wantedOptions, type WantedOptions } from './wanted.ts';

/** Errors that no other file would be spared. */
const CONCERNS_ALL: readonly ErrorCode[] = ['LH_SERVER_UNREACHABLE', 'LH_SUPERVISOR_FAILED'];

export const concernsAll = (error: unknown): boolean => CONCERNS_ALL.includes(toLonghandError(error).code);

export interface How {
  readonly json: boolean;
  readonly recursive: boolean;
  /** Files transcribed at the same time. */
  readonly atOnce: number;
}

/**
 * `longhand transcribe`: a file's failure is one line on standard error and stops no other file. Gives the exit
 * status: that of the first file that failed. Throws what concerns all files: options, server, weights.
 */
export async function transcribe(
  paths: readonly string[],
  flags: TranscriptionFlags,
  { json, recursive, atOnce }: How,
  settings: Settings,
): Promise<number> {
  const began = performance.now();
  // Without a folder for files, the one thing asked for goes to standard output.
  const wanted = wantedOptions(flags, flags.out === undefined ? ['txt'] : undefined);
  const { files, failures, skipped } = await planFiles(paths, { recursive, ...flags });
  const batch = new Batch<PlacedFile, Transcribed>(files);
  const display = openDisplay();
  const reporter = new FileReporter(files, display, json);
  for (const file of files) {
    if (!failures.has(file.path)) continue;
    const outcome = { error: failures.get(file.path) };
    batch.settle(file, outcome);
    reporter.ended(file, outcome);
  }
  const tell = reporter.tell.bind(reporter);
  const onEnd = reporter.ended.bind(reporter);
  try {
    await interruptible(async (interrupted) => {
      if (!batch.hasWork) {
        for (const [file, outcome] of batch.outcomes) await tell(file, outcome);
        return;
      }
      await withBackend({ settings, display, interrupted, workers: 'any' }, (backend, over) => {
        const work = async (file: PlacedFile): Promise<Transcribed> => {
          const onStarted: Awaiting['onStarted'] = (started) => reporter.started(file, started);
          const onProgress: Awaiting['onProgress'] = (progress) => reporter.progressed(file, progress);
          const transcribed = await transcribeFile(file, wanted, backend, {
            onStarted,
            onProgress,
            interrupted,
          });
          if (!json && transcribed.files.length === 0) {
            const reading = readTexts(transcribed.transcription, wanted.formats ?? []);
            reporter.keep(file, await Promise.race([reading, whenAborted(interrupted)]));
          }
          return transcribed;
        };
        const stop = AbortSignal.any([interrupted, over]);
        return batch.run({ atOnce, stop, over, work, onEnd, tell, concernsAll });
      });
      interrupted.throwIfAborted();
    });
    const ended = [...batch.outcomes.values()].map((outcome) =>
      'error' in outcome
        ? { attached: false, result: null }
        : { attached: outcome.value.transcription.attached === true, result: outcome.value.result },
    );
    const summary = summarize(ended, skipped, (performance.now() - began) / 1000);
    if (json && recursive) await writeJson({ summary });
    else if (recursive || files.length > 1) display.note(formatSummary(summary));
  } finally {
    display.close();
  }
  const failed = [...batch.outcomes.values()].find((outcome) => 'error' in outcome);
  return failed ? exitStatusOf(failed.error) : 0;
}

/** Transcribes one file to its folder, or to the store. */
async function transcribeFile(
  { path, out }: PlacedFile,
  wanted: WantedOptions,
  backend: Backend,
  awaiting: Awaiting,
): Promise<Transcribed> {
  const { workersSeeFolders } = backend;
  const options = out !== null && workersSeeFolders ? { ...wanted, out } : wanted;
  const ended = await awaitTranscription(startFile(path, options, backend), awaiting);
  if (out === null) return { ...ended, files: [] };
  const files = workersSeeFolders ? pathsOf(ended.result) : await ended.transcription.download(out);
  return { ...ended, files };
}

/** The outputs one after the other. */
async function readTexts(transcription: Transcription, formats: readonly Format[]): Promise<string> {
  const texts: string[] = [];
  for (const format of formats) texts.push(await transcription.read(format));
  return texts.join('');
}
