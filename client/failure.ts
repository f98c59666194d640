import { isGrpcServiceError, ServiceError, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { isErrorCode, LonghandError } from '../workflows/errors.ts';

/** The coded error for whatever Temporal's client throws. */
export function toLonghandError(error: unknown): LonghandError {
  if (error instanceof LonghandError) return error;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof CancelledFailure) {
      return new LonghandError('LH_CANCELLED', 'The transcription was cancelled', { cause: error });
    }
    if (cause instanceof ApplicationFailure && isErrorCode(cause.type)) {
      return new LonghandError(cause.type, cause.message, { cause: error });
    }
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof WorkflowFailedError) {
    return new LonghandError('LH_TRANSCRIPTION_FAILED', `The transcription failed: ${message}`, {
      cause: error,
    });
  }
  if (error instanceof ServiceError || isGrpcServiceError(error)) {
    return new LonghandError('LH_SERVER_UNREACHABLE', `The Temporal server did not answer: ${message}`, {
      cause: error,
    });
  }
  return new LonghandError('LH_INTERNAL', message, { cause: error });
}
