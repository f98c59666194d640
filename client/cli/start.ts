import { LonghandError } from '../../workflows/errors.ts';
import { isShared } from '../given-store.ts';
import type { Transcription } from '../transcription.ts';
import { withBackend } from './backend.ts';
import { openDisplay } from './display/display.ts';
import type { StartedDocument } from './documents.ts';
import { errorDocument, exitStatusOf, explain, interruptible, whenAborted } from './exit.ts';
import { Batch, type Outcome } from './files/batch.ts';
import type { PlacedFile } from './files/destinations.ts';
import { planFiles } from './files/plan-files.ts';
import { startFile } from './files/start-file.ts';
import type { TranscriptionFlags } from './flags.ts';
import { writeJson, writeLine } from './output.ts';
import type { Settings } from './settings.ts';
import { concernsAll } from './transcribe.ts';
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
  const wanted = wantedOptions(flags);
  refuseOut(flags, settings);
  const { files, failures } = await planFiles(paths, { recursive: false, ...flags });
  const batch = new Batch<PlacedFile, Transcription>(files);
  const display = openDisplay();
  const tell = async (file: PlacedFile, outcome: Outcome<Transcription>): Promise<void> => {
    if (json) return writeJson(documentOf(file, outcome));
    if ('value' in outcome) return writeLine(outcome.value.id);
    display.note(files.length > 1 ? `${file.path}: ${explain(outcome.error)}` : explain(outcome.error));
  };
  for (const file of files)
    if (failures.has(file.path)) batch.settle(file, { error: failures.get(file.path) });
  try {
    await interruptible(async (interrupted) => {
      if (!batch.hasWork) {
        for (const [file, outcome] of batch.outcomes) await tell(file, outcome);
        return;
      }
      await withBackend({ settings, display, interrupted, workers: 'none' }, async (backend, over) => {
        const work = ({ path, out }: PlacedFile): Promise<Transcription> => {
          const starting = startFile(path, out === null ? wanted : { ...wanted, out }, backend);
          return Promise.race([starting, whenAborted(interrupted)]);
        };
        const stop = AbortSignal.any([interrupted, over]);
        await batch.run({ atOnce: AT_ONCE, stop, over, work, onEnd: () => undefined, tell, concernsAll });
      });
      interrupted.throwIfAborted();
      if (settings.address === null) {
        display.note('The work goes on while `longhand up` runs, or with the next command');
      }
    });
  } finally {
    display.close();
  }
  const failed = [...batch.outcomes.values()].find((outcome) => 'error' in outcome);
  return failed ? exitStatusOf(failed.error) : 0;
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

function documentOf({ path: file }: PlacedFile, outcome: Outcome<Transcription>): StartedDocument {
  if ('error' in outcome) return { file, id: null, attached: false, error: errorDocument(outcome.error) };
  return { file, id: outcome.value.id, attached: outcome.value.attached === true, error: null };
}
