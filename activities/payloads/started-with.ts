import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';

/** What a run was started with, decrypted: its only argument. A client in another language may have given anything. */
export async function startedWith(client: Client, workflowId: string, runId: string): Promise<unknown> {
  const { namespace, loadedDataConverter } = client.options;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const input = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input;
  const [request] = await decodeArrayFromPayloads(loadedDataConverter, input?.payloads);
  return request;
}
