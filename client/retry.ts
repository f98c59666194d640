import { WorkflowFailedError } from '@temporalio/client';
import type { RunLeft, TranscriptionResult } from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';
import { requestOf } from './decided.ts';
import { requestHash } from './identity.ts';
import { findRun, Run, type Shared } from './run.ts';
import { startRun } from './start.ts';

/** The run that has no gap, or does them again. */
interface Retried {
  readonly run: Run;
  /** Whether it was there before. */
  readonly attached: boolean;
}

/**
 * Does the gaps of a transcription's newest run again, in another run of it, once that has ended. Where it has none, it
 * is given back as it is; where it failed for a gap, the same request is made again, and where a retry failed or was
 * cancelled, that. Rejects with what it ended with otherwise, and with the reason of `signal`.
 */
export async function retryGaps(shared: Shared, id: string, signal?: AbortSignal): Promise<Retried> {
  const { client, calls } = shared;
  const run = await findRun(shared, id);
  let ended: LonghandError | null = null;
  const result = await run.result(signal).catch((error: unknown) => {
    if (!(error instanceof LonghandError && error.cause instanceof WorkflowFailedError)) throw error;
    ended = error;
    return null;
  });
  if (result?.gaps === 0) return { run, attached: true };
  return calls.run(async () => {
    const { again: before, ...asked } = await requestOf(client, run);
    if (ended && ended.code !== 'LH_GAP' && !before) throw ended;
    const again = result ? leftBy(result) : before;
    const request = { ...asked, ...(again && { again }) };
    const { priority: turn = {} } = await client.workflow.getHandle(id, run.runId).describe();
    const options = { hash: requestHash(asked), turn, reuse: 'ALLOW_DUPLICATE' } as const;
    const runId = await startRun(client, id, request, options);
    // Another has begun the same meanwhile.
    if (runId === null) return { run: await findRun(shared, id), attached: true };
    return { run: new Run(shared, id, runId), attached: false };
  });
}

/** What another run needs of one that gave a result. */
export const leftBy = ({ job, fetched, recording, ladder }: TranscriptionResult): RunLeft => ({
  ...{ job, recording, ladder },
  ...(fetched && { fetched }),
});
