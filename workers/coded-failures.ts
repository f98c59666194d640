import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { ERRORS, LonghandError } from '../workflows/errors.ts';

/** Attempts after which an error outside the table is taken for a defect that no retry mends. */
const ATTEMPTS_OF_DEFECT = 5;

/** Gives every failure of an activity its code, and lets the error table decide whether Temporal retries it. */
export const codedFailures: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    try {
      return await next(input);
    } catch (error) {
      throw toFailure(error, activityInfo().attempt);
    }
  },
};

/** What Temporal is told of an error: its code as the failure's type, retryable where the table says so. */
export function toFailure(error: unknown, attempt: number): Error {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  if (error instanceof LonghandError) {
    const nonRetryable = ERRORS[error.code].retriedBy !== 'activity';
    return ApplicationFailure.create({
      type: error.code,
      message: error.message,
      nonRetryable,
      details: [error.details],
      cause: error,
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  const nonRetryable = attempt >= ATTEMPTS_OF_DEFECT;
  return ApplicationFailure.create({
    type: 'LH_INTERNAL',
    message,
    nonRetryable,
    ...(error instanceof Error ? { cause: error } : {}),
  });
}
