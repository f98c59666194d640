import type { NativeConnection } from '@temporalio/worker';
import proto from '@temporalio/proto';
import { answerOf } from './asked-server.ts';

const { PENDING_ACTIVITY_STATE_STARTED } = proto.temporal.api.enums.v1.PendingActivityState;

/**
 * Whether a worker has begun a chunk of a workflow: one whose slots are all taken asks for no more, and is there all the
 * same. Rejects with LH_SERVER_UNREACHABLE where the server does not say.
 */
export async function hasBegunChunk(
  { workflowService }: Pick<NativeConnection, 'workflowService'>,
  namespace: string,
  execution: { readonly workflowId: string; readonly runId: string },
): Promise<boolean> {
  const { pendingActivities } = await answerOf(
    `what ${execution.workflowId} is doing`,
    workflowService.describeWorkflowExecution({ namespace, execution }),
  );
  return (pendingActivities ?? []).some(
    ({ activityType, state }) =>
      activityType?.name === 'transcribe' && state === PENDING_ACTIVITY_STATE_STARTED,
  );
}
