import { LonghandError } from '../../workflows/errors.ts';
import { isShared } from '../given-store.ts';
import type { Transcription } from '../transcription.ts';
import { openDisplay } from './display/display.ts';
import { printableLine } from './display/printable.ts';
import type { StartedDocument } from './documents.ts';
import { errorDocument, explain, whenAborted } from './exit.ts';
import type { Outcome } from './files/batch.ts';
import type { PlacedFile } from './files/destinations.ts';
import { shownPath } from './files/find-files.ts';
import { planFiles } from './files/plan-files.ts';
import { exitStatusAfter, runFiles } from './files/run-files.ts';
import { startFile } from './files/start-file.ts';
import type { TranscriptionFlags } from './flags.ts';
import { writeJson, writeLine } from './output.ts';
import type { Settings } from './settings.ts';
import { textSteps } from './text-steps.ts';
import { wantedOptions } from './wanted.ts';

/** Files hashed and started at the same time. */
const AT_ONCE = 4;

/**
 * `longhand start`: starts or finds a transcription for each file and prints its ID. Gives the exit status: that of
 * the first file that failed. Throws what concerns all files.
 */
export async function start(
  paths: readonly string[],
  flags: TranscriptionFlags,
  json: boolean,
  settings: Settings,
): Promise<number> {
  const remarks: string[] = [];
  const text = await textSteps(flags, (remark) => remarks.push(remark));
  const wanted = wantedOptions({ ...flags, text }, settings);
  refuseOut(flags, settings);
  const planned = await planFiles(paths, { recursive: false, ...flags });
  const { files, failures } = planned;
  const display = openDisplay();
  for (const remark of remarks) display.note(remark);
  try {
    const outcomes = await runFiles<Transcription>(
      planned,
      { settings, display, workers: 'none' },
      {
        atOnce: AT_ONCE,
        work: ({ path, out }, backend, interrupted) => {
          const starting = startFile(path, out === null ? wanted : { ...wanted, out }, backend);
          return Promise.race([starting, whenAborted(interrupted)]);
        },
        onEnd: () => undefined,
        tell: async (file, outcome) => {
          if (json) return writeJson(documentOf(file, outcome));
          if ('value' in outcome) return writeLine(outcome.value.id);
          const text = explain(outcome.error);
          display.note(files.length > 1 ? `${printableLine(shownPath(file))}: ${text}` : text);
        },
      },
    );
    if (settings.address === null && files.some(({ path }) => !failures.has(path))) {
      display.note('The work goes on while `longhand up` runs, or with the next command');
    }
    return exitStatusAfter(outcomes);
  } finally {
    display.close();
  }
}

/** Nobody is left to write to a folder that the workers cannot see. Throws LH_OPTION_INVALID. */
function refuseOut({ out }: TranscriptionFlags, { store }: Settings): void {
  if (out === undefined || !isShared(store)) return;
  const hint = '`longhand result ID --out` writes the files';
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected no \`out\`, for workers at ${store} do not see it: ${hint}`,
  );
}

function documentOf(placed: PlacedFile, outcome: Outcome<Transcription>): StartedDocument {
  const file = shownPath(placed);
  if ('error' in outcome) return { file, id: null, attached: false, error: errorDocument(outcome.error) };
  return { file, id: outcome.value.id, attached: outcome.value.attached === true, error: null };
}
