import { awaitTranscription, type Awaiting } from './await-transcription.ts';
import type { Backend } from './backend.ts';
import { openDisplay } from './display/display.ts';
import { pathsOf } from './documents.ts';
import { whenAborted } from './exit.ts';
import { readTexts } from './explanation.ts';
import type { PlacedFile } from './files/destinations.ts';
import { planFiles } from './files/plan-files.ts';
import { FileReporter, type Transcribed } from './files/reporter.ts';
import { exitStatusAfter, runFiles } from './files/run-files.ts';
import { startFile } from './files/start-file.ts';
import type { TranscriptionFlags } from './flags.ts';
import { writeJson } from './output.ts';
import type { Settings } from './settings.ts';
import { formatSummary, summarize } from './summary.ts';
import { textSteps } from './text-steps.ts';
import { wantedOptions, type WantedOptions } from './wanted.ts';

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
  const remarks: string[] = [];
  const text = await textSteps(flags, (remark) => remarks.push(remark));
  const wanted = wantedOptions({ ...flags, text }, settings, flags.out === undefined ? ['txt'] : undefined);
  const planned = await planFiles(paths, { recursive, ...flags });
  const { files, skipped } = planned;
  const display = openDisplay();
  for (const remark of remarks) display.note(remark);
  const reporter = new FileReporter(files, display, json);
  try {
    const outcomes = await runFiles<Transcribed>(
      planned,
      { settings, display, workers: 'any' },
      {
        atOnce,
        work: async (file, backend, interrupted) => {
          const transcribed = await transcribeFile(file, wanted, backend, {
            onStarted: (started) => reporter.started(file, started),
            onProgress: (progress) => reporter.progressed(file, progress),
            interrupted,
          });
          if (!json && transcribed.files.length === 0) {
            const reading = readTexts(transcribed.transcription, wanted.formats ?? [], flags);
            reporter.keep(file, await Promise.race([reading, whenAborted(interrupted)]));
          }
          return transcribed;
        },
        onEnd: reporter.ended.bind(reporter),
        tell: reporter.tell.bind(reporter),
      },
    );
    const ended = outcomes.map((outcome) =>
      'error' in outcome
        ? { attached: false, result: null }
        : { attached: outcome.value.transcription.attached === true, result: outcome.value.result },
    );
    const summary = summarize(ended, skipped, (performance.now() - began) / 1000);
    if (json && recursive) await writeJson({ summary });
    else if (recursive || files.length > 1) display.note(formatSummary(summary));
    return exitStatusAfter(outcomes);
  } finally {
    display.close();
  }
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
