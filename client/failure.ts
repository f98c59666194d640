import {
  isGrpcServiceError,
  NamespaceNotFoundError,
  ServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { isErrorCode, LonghandError } from '../workflows/errors.ts';

/** Status codes of gRPC (its specification, "Status codes and their use"). */
export const GRPC = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** What a server answers that is overloaded, starting, ending or gone: asking again may help. */
const PASSING: readonly number[] = [
  GRPC.cancelled,
  GRPC.unknown,
  GRPC.deadlineExceeded,
  GRPC.resourceExhausted,
  GRPC.aborted,
  GRPC.internal,
  GRPC.unavailable,
];

/** The coded error for whatever Temporal's client throws. */
export function toLonghandError(error: unknown): LonghandError {
  if (error instanceof LonghandError) return error;
  for (const cause of causesOf(error)) {
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
  if (error instanceof WorkflowNotFoundError) {
    return new LonghandError(
      'LH_TRANSCRIPTION_UNKNOWN',
      `Expected the ID of a transcription, got \`${error.workflowId}\``,
      { cause: error },
    );
  }
  if (error instanceof NamespaceNotFoundError) {
    return new LonghandError(
      'LH_OPTION_INVALID',
      `Expected \`namespace\` to be one that the Temporal server has, got \`${error.namespace}\``,
      { cause: error },
    );
  }
  const status = grpcStatusOf(error);
  if (status === GRPC.invalidArgument) {
    return new LonghandError(
      'LH_OPTION_INVALID',
      `The Temporal server took no such value: ${detailsOf(error)}`,
      {
        cause: error,
      },
    );
  }
  if (status !== null || error instanceof ServiceError) {
    const refused = status === GRPC.permissionDenied || status === GRPC.unauthenticated;
    const said = `The Temporal server ${refused ? 'refused this client' : 'did not answer'}`;
    return new LonghandError('LH_SERVER_UNREACHABLE', `${said}: ${detailsOf(error)}`, { cause: error });
  }
  return new LonghandError('LH_INTERNAL', message, { cause: error });
}

/** The gRPC status behind an error; null where no call to the server failed. */
export function grpcStatusOf(error: unknown): number | null {
  return causesOf(error).find(isGrpcServiceError)?.code ?? null;
}

/** Whether a call failed because the server is away for now. */
export function isPassing(error: unknown): boolean {
  const status = grpcStatusOf(error);
  return status !== null && PASSING.includes(status);
}

/** Whether a call failed before its deadline, so that the same call may be made again at once. */
export function isBlip(error: unknown): boolean {
  const status = grpcStatusOf(error);
  return isPassing(error) && status !== GRPC.deadlineExceeded && status !== GRPC.cancelled;
}

/** What the server, or the way to it, said. */
function detailsOf(error: unknown): string {
  const details = causesOf(error).find(isGrpcServiceError)?.details;
  // Without gRPC's own diary of the call.
  if (details)
    return details.replace(/ *Resolution note:.*$|,(?:name resolution|Waiting|remote_addr).*$/s, '');
  return error instanceof Error ? error.message : String(error);
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) causes.push(cause);
  return causes;
}
