import { activityInfo, log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import type { ChunkAnswer, ChunkRequest } from '../../workflows/contract.ts';
import type { ErrorCode } from '../../workflows/errors.ts';
import { count } from './runtime.ts';
import { chunkDetail, isSampled } from './sample.ts';

/** Activities that give a chunk's text. */
const OF_CHUNKS = new Set(['transcribe', 'recall']);
/** Its attempts are looks, and what it fails with is what it saw. */
const LOOK = 'look';
/** What a request has allowed is no error. */
const BUSY: ErrorCode = 'LH_DEVICE_BUSY';

/**
 * Counts what activities wait for, how often they are retried, and how they end. Logs in detail those of the part
 * `sample` of the transcriptions. Outside of `codedFailures`, whose codes it counts.
 */
export function activityFigures(sample: number): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      const info = activityInfo();
      const { activityType: activity, attempt } = info;
      const began = Date.now();
      // Its clock may be behind the server's.
      const wait = Math.max(0, began - info.currentAttemptScheduledTimestampMs) / 1000;
      count('longhand_queue_wait', wait, { activity });
      if (attempt > 1 && activity !== LOOK) count('longhand_retries', 1, { activity });
      const tell = (outcome: string, answer: unknown): void => {
        if (!isSampled(info.workflowExecution?.workflowId ?? '', sample)) return;
        const chunk = OF_CHUNKS.has(activity)
          ? chunkDetail(input.args[0] as ChunkRequest, answer as ChunkAnswer | null)
          : {};
        log.info('Activity in detail', { wait, took: (Date.now() - began) / 1000, outcome, ...chunk });
      };
      try {
        const answer = await next(input);
        if (OF_CHUNKS.has(activity) && answer !== null) countChunk(input.args[0], answer);
        tell('done', answer);
        return answer;
      } catch (error) {
        const code = error instanceof ApplicationFailure ? (error.type ?? 'LH_INTERNAL') : null;
        if (code !== null && code !== BUSY && activity !== LOOK)
          count('longhand_errors', 1, { activity, code });
        tell(code ?? 'cancelled', null);
        throw error;
      }
    },
  };
}

function countChunk(request: unknown, answer: unknown): void {
  const { model, precision } = (request as ChunkRequest).rung;
  const { device, found } = (answer as ChunkAnswer).run;
  count('longhand_chunks', 1, { device, model, precision, source: found ? 'store' : 'device' });
}
