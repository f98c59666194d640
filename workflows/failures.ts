import { ApplicationFailure } from '@temporalio/common';
import { ERRORS, isErrorCode, type ErrorCode } from './errors.ts';

/** The coded failure at the root of whatever Temporal wrapped around it; undefined where there is none. */
export function codedFailure(error: unknown): { code: ErrorCode; message: string } | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure && isErrorCode(cause.type)) {
      return { code: cause.type, message: cause.message };
    }
  }
  return undefined;
}

/** Whether a failure asks for the next rung of the ladder. */
export function asksForNextRung(code: ErrorCode): boolean {
  return ERRORS[code].retriedBy === 'ladder';
}
