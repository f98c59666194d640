import type { Client } from '@temporalio/client';
import { startedWith } from '../activities/payloads/started-with.ts';
import type { InUse } from '../activities/retention/sweep.ts';
import { sourceOf } from '../activities/store/keys.ts';
import type { TranscriptionRequest } from '../workflows/contract.ts';
import { answerOf } from './asked-server.ts';

/** What the transcriptions refer to that have not ended. Rejects with LH_SERVER_UNREACHABLE where the server does not say. */
export async function openTranscriptions(client: Client): Promise<InUse> {
  const [ids, sources, jobs] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const look = async (): Promise<void> => {
    const query = "WorkflowType = 'transcription' AND CloseTime IS NULL";
    for await (const { workflowId, runId } of client.workflow.list({ query })) {
      ids.add(workflowId);
      const request = (await startedWith(client, workflowId, runId)) as
        Partial<TranscriptionRequest> | undefined;
      if (typeof request?.source?.sha256 === 'string') sources.add(request.source.sha256);
      for (const left of [request?.again, request?.reprocess]) {
        if (!left) continue;
        jobs.add(left.job);
        sources.add(sourceOf(left.recording.key));
      }
    }
  };
  await answerOf('which transcriptions are open', look());
  return { ids, sources, jobs };
}
