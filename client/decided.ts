import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { startedWith } from '../activities/payloads/started-with.ts';
import { decideRequest } from '../activities/request/decide.ts';
import type { TranscriptionRequest } from '../workflows/contract.ts';
import { isDecided } from '../workflows/is-decided.ts';

/** The activity that decides a request: see `workflows/decide.ts`. */
const DECIDE = 'decide';

/** One run of a workflow. */
interface Execution {
  readonly id: string;
  readonly runId: string;
}

/** The request that a run works by: as it was started with, or as a worker decided it in the run. */
export async function requestOf(client: Client, run: Execution): Promise<TranscriptionRequest> {
  const asked = await startedWith(client, run.id, run.runId);
  if (isDecided(asked)) return asked;
  // A run that ended before: this build's defaults are as good as any.
  return (await decidedIn(client, run)) ?? decideRequest(asked);
}

/** What a worker decided in a run, decrypted; null where none has. */
async function decidedIn(client: Client, { id, runId }: Execution): Promise<TranscriptionRequest | null> {
  const { namespace, loadedDataConverter } = client.options;
  const execution = { workflowId: id, runId };
  let deciding: string | undefined;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      ...{ namespace, execution },
      ...(nextPageToken && { nextPageToken }),
    });
    for (const event of page.history?.events ?? []) {
      const { activityTaskScheduledEventAttributes: scheduled } = event;
      const { activityTaskCompletedEventAttributes: completed } = event;
      if (scheduled?.activityType?.name === DECIDE) deciding = String(event.eventId);
      if (!completed || String(completed.scheduledEventId) !== deciding) continue;
      const [request] = await decodeArrayFromPayloads(loadedDataConverter, completed.result?.payloads);
      return request as TranscriptionRequest;
    }
    nextPageToken = page.nextPageToken;
  } while (nextPageToken?.length);
  return null;
}
