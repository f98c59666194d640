import type { ConnectionLike } from '@temporalio/client';
import { LonghandError } from '../workflows/errors.ts';
import { QUEUE_TYPES, type ListedPoller } from '../workflows/pollers.ts';

/**
 * The workers that ask for the activities of a queue, and those that the server has not forgotten yet. Rejects with
 * LH_SERVER_UNREACHABLE where the server does not say.
 */
export async function activityPollers(
  { workflowService }: Pick<ConnectionLike, 'workflowService'>,
  namespace: string,
  queue: string,
): Promise<ListedPoller[]> {
  const { pollers } = await workflowService
    .describeTaskQueue({ namespace, taskQueue: { name: queue }, taskQueueType: QUEUE_TYPES.activity })
    .catch((cause: unknown) => {
      const message = `Expected the Temporal server to say who serves ${queue}, got: ${String(cause)}`;
      throw new LonghandError('LH_SERVER_UNREACHABLE', message, { cause });
    });
  return pollers ?? [];
}
