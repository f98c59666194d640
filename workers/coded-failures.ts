import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { isTriedAgain, LonghandError } from '../workflows/errors.ts';

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
  const { code, message, details } = error instanceof LonghandError ? error : defect(error);
  return ApplicationFailure.create({
    type: code,
    message,
    nonRetryable: !isTriedAgain(code, attempt),
    details: [details],
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

function defect(error: unknown): LonghandError {
  return new LonghandError('LH_INTERNAL', error instanceof Error ? error.message : String(error));
}
