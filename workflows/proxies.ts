import { proxyActivities } from '@temporalio/workflow';
import type { GpuActivities, MediaActivities, ReplyActivities } from '../activities/types.ts';
import { MEDIA_QUEUE } from './contract.ts';

/**
 * Crashes are retried without end and without a total time-out, so a night without power changes nothing. What a
 * retry cannot mend is thrown as non-retryable by the activity.
 */
const retry = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' } as const;

/** Seconds in which a lost worker is noticed; activities heartbeat every second. */
const heartbeatTimeout = '6s';

export const media = proxyActivities<MediaActivities>({
  taskQueue: MEDIA_QUEUE,
  startToCloseTimeout: '24h',
  heartbeatTimeout,
  retry,
});

/** Each chunk names its rung's task queue. */
export const gpu = proxyActivities<GpuActivities>({ startToCloseTimeout: '1h', heartbeatTimeout, retry });

/** Each reply names the task queue of its consumers. */
export const consumer = proxyActivities<ReplyActivities>({
  startToCloseTimeout: '1m',
  retry: { ...retry, maximumInterval: '5s' },
});
