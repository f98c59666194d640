import type { ConnectionLike } from '@temporalio/client';
import { QUEUE_TYPES, type ListedPoller } from '../workflows/pollers.ts';
import { answerOf } from './asked-server.ts';

/**
 * The workers that ask for the activities of a queue, and those that the server has not forgotten yet. Rejects with
 * LH_SERVER_UNREACHABLE where the server does not say.
 */
export async function activityPollers(
  { workflowService }: Pick<ConnectionLike, 'workflowService'>,
  namespace: string,
  queue: string,
): Promise<ListedPoller[]> {
  const { pollers } = await answerOf(
    `who serves ${queue}`,
    workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: queue },
      taskQueueType: QUEUE_TYPES.activity,
    }),
  );
  return pollers ?? [];
}
