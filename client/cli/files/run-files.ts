import type { ErrorCode } from '../../../workflows/errors.ts';
import { toLonghandError } from '../../failure.ts';
import { withBackend, type Backend, type Surroundings } from '../backend.ts';
import { exitStatusOf, interruptible } from '../exit.ts';
import { Batch, type Outcome, type Work } from './batch.ts';
import type { PlacedFile } from './destinations.ts';
import type { PlannedFiles } from './plan-files.ts';

/** Errors that no other file would be spared. */
const CONCERNS_ALL: readonly ErrorCode[] = ['LH_SERVER_UNREACHABLE', 'LH_SUPERVISOR_FAILED'];

/** What a command does with its files. */
export interface FilesWork<R> extends Pick<Work<PlacedFile, R>, 'atOnce' | 'onEnd' | 'tell'> {
  readonly work: (file: PlacedFile, backend: Backend, interrupted: AbortSignal) => Promise<R>;
}

/**
 * Does and tells of a command's files, those too that failed when they were planned; with none but such it opens no
 * backend. Gives the outcomes, the first to end first. Throws what concerns all files, or the interrupt's reason.
 */
export async function runFiles<R>(
  { files, failures }: PlannedFiles,
  surroundings: Omit<Surroundings, 'interrupted'>,
  { atOnce, work, onEnd, tell }: FilesWork<R>,
): Promise<Outcome<R>[]> {
  const batch = new Batch<PlacedFile, R>(files);
  for (const file of files) {
    if (!failures.has(file.path)) continue;
    const outcome = { error: failures.get(file.path) };
    batch.settle(file, outcome);
    onEnd(file, outcome);
  }
  await interruptible(async (interrupted) => {
    if (!batch.hasWork) {
      for (const [file, outcome] of batch.outcomes) await tell(file, outcome);
      return;
    }
    await withBackend({ ...surroundings, interrupted }, (backend, over) =>
      batch.run({
        ...{ atOnce, onEnd, tell, concernsAll, over },
        stop: AbortSignal.any([interrupted, over]),
        work: (file) => work(file, backend, interrupted),
      }),
    );
    interrupted.throwIfAborted();
  });
  return [...batch.outcomes.values()];
}

const concernsAll = (error: unknown): boolean => CONCERNS_ALL.includes(toLonghandError(error).code);

/** The exit status of a command: that of the first file that failed. */
export function exitStatusAfter(outcomes: readonly Outcome<unknown>[]): number {
  const failed = outcomes.find((outcome) => 'error' in outcome);
  return failed ? exitStatusOf(failed.error) : 0;
}
