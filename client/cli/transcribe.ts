import { access, constants, mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { outputFailure } from '../../activities/publish/output-failure.ts';
import { outputName } from '../../activities/publish/output-name.ts';
import { findModel } from '../../models/catalogue.ts';
import type { SupervisorSettings } from '../../workers/supervisor/protocol.ts';
import type { Source, TranscriptionOptions, TranscriptionResult } from '../../workflows/contract.ts';
import { LonghandError, type ErrorCode } from '../../workflows/errors.ts';
import { mapInOrder } from '../../workflows/map-in-order.ts';
import { toLonghandError } from '../failure.ts';
import { canonicalOptions, type WantedOptions } from '../options.ts';
import { fileSource } from '../source.ts';
import { withBackend } from './backend.ts';
import { openDisplay } from './display.ts';
import { exitStatusOf, explain, interruptible, whenAborted } from './exit.ts';
import { printOutputs } from './print.ts';
import { watchTranscription } from './watch-transcription.ts';

/** Transcriptions that run at once: enough for the devices never to wait, few enough to watch. */
const FILES_AT_ONCE = 4;
/** Errors that no other file would be spared. */
const CONCERNS_ALL: readonly ErrorCode[] = ['LH_SERVER_UNREACHABLE', 'LH_SUPERVISOR_FAILED'];

/**
 * `longhand transcribe`: a file's failure is one line on standard error and stops no other file. Gives the exit
 * status: that of the first file that failed. Throws what concerns all files: options, server, weights.
 */
export async function transcribe(
  files: readonly string[],
  wanted: WantedOptions,
  settings: SupervisorSettings,
): Promise<number> {
  // Without a folder for files, the one thing asked for goes to standard output.
  const decided = wanted.out === undefined ? { formats: ['txt'], ...wanted } : wanted;
  const options = canonicalOptions(decided, findModel(settings.model));
  const paths = [...new Set(files)];
  refuseCollisions(paths, options);
  await prepareFolder(options.out);
  const display = openDisplay();
  /** Exit status of each file that has ended: a command that lost its supervisor goes on with the others. */
  const ended = new Map<string, number>();
  const fail = (path: string, error: unknown): void => {
    display.note(paths.length > 1 ? `${path}: ${explain(error)}` : explain(error));
    ended.set(path, exitStatusOf(error));
  };
  const print = (path: string) => async (result: TranscriptionResult) => {
    const name = basename(path);
    if (result.segments + result.gaps === 0) display.note(`${name}: no speech`);
    const header = paths.length > 1 ? name : null;
    await printOutputs(result, { header, toFiles: options.out !== null }).then(
      () => ended.set(path, 0),
      (error: unknown) => fail(path, error),
    );
  };
  try {
    await interruptible(async (interrupted) => {
      const sources = new Map<string, Source>();
      for (const path of paths) {
        await Promise.race([fileSource(path), whenAborted(interrupted)]).then(
          (source) => sources.set(path, source),
          (error: unknown) => fail(path, error),
        );
        interrupted.throwIfAborted();
      }
      if (sources.size === 0) return;
      await withBackend(settings, display, interrupted, async ({ client }) => {
        // One text after the other, in the order of the command, whichever is done first.
        let printing = Promise.resolve();
        await mapInOrder([...sources], FILES_AT_ONCE, async ([path, source]) => {
          if (ended.has(path) || interrupted.aborted) return;
          const outcome = watchTranscription({ source, options }, { client, display, interrupted });
          printing = printing.then(() => outcome.then(print(path), () => undefined));
          await outcome.catch((error: unknown) => {
            // The others that were interrupted end as well before the command does.
            if (interrupted.aborted) return;
            if (CONCERNS_ALL.includes(toLonghandError(error).code)) throw error;
            fail(path, error);
          });
        });
        interrupted.throwIfAborted();
        await printing;
      });
    });
  } finally {
    display.close();
  }
  return firstFailure(ended);
}

function firstFailure(statuses: ReadonlyMap<string, number>): number {
  return [...statuses.values()].find((status) => status !== 0) ?? 0;
}

/** Makes the output folder before the work begins. Throws LH_NOT_WRITABLE or LH_DISK_FULL. */
async function prepareFolder(out: string | null): Promise<void> {
  if (out === null) return;
  const folder = fileURLToPath(out);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw outputFailure(error, folder);
  }
}

/** Throws LH_OUTPUT_COLLISION where two sources would write one file. */
function refuseCollisions(paths: readonly string[], { out, formats }: TranscriptionOptions): void {
  if (out === null) return;
  const sources = new Map<string, string>();
  for (const path of paths) {
    const name = outputName(basename(path), formats[0] ?? 'json');
    const other = sources.get(name);
    if (other !== undefined) {
      throw new LonghandError(
        'LH_OUTPUT_COLLISION',
        `Expected sources with different names, but ${other} and ${path} would both write ${name}`,
      );
    }
    sources.set(name, path);
  }
}
