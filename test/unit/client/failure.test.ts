import {
  NamespaceNotFoundError,
  ServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
} from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { isPassing, toLonghandError } from '../../../client/failure.ts';
import { LonghandError } from '../../../workflows/errors.ts';

/** gRPC's status of a server that does not answer. */
const UNAVAILABLE = 14;

const grpc = (code: number) =>
  Object.assign(new Error(`${code} SOMETHING`), { code, details: 'no connection', metadata: {} });
const failed = (cause: Error) =>
  new WorkflowFailedError('Workflow execution failed', cause, 'NON_RETRYABLE_FAILURE');
const activity = (cause: Error) =>
  new ActivityFailure('Activity task failed', 'ingest', '1', 'NON_RETRYABLE_FAILURE', undefined, cause);
const child = (cause: Error) =>
  new ChildWorkflowFailure(
    'default',
    { workflowId: 'w', runId: 'r' },
    'section',
    'NON_RETRYABLE_FAILURE',
    cause,
  );
const noSound = ApplicationFailure.nonRetryable('Expected sound, found none', 'LH_AUDIO_NO_SOUND');

describe('toLonghandError', () => {
  it('keeps a coded error as it is', () => {
    const error = new LonghandError('LH_SOURCE_EMPTY', 'Expected bytes');
    expect(toLonghandError(error)).toBe(error);
  });

  it.each([
    ['an activity', failed(activity(noSound)), 'LH_AUDIO_NO_SOUND'],
    ['an activity of a child', failed(child(activity(noSound))), 'LH_AUDIO_NO_SOUND'],
    ['a cancellation', failed(new CancelledFailure('cancelled')), 'LH_CANCELLED'],
    ['a cancelled child', failed(child(new CancelledFailure('cancelled'))), 'LH_CANCELLED'],
    ['a terminated workflow', failed(new TerminatedFailure('by hand')), 'LH_TRANSCRIPTION_FAILED'],
    [
      'a failure without a code',
      failed(ApplicationFailure.nonRetryable('x', 'TypeError')),
      'LH_TRANSCRIPTION_FAILED',
    ],
    [
      'a server that is away',
      new ServiceError('Failed', { cause: Object.assign(new Error('no connection'), { code: UNAVAILABLE }) }),
      'LH_SERVER_UNREACHABLE',
    ],
    ['a bare gRPC error', grpc(UNAVAILABLE), 'LH_SERVER_UNREACHABLE'],
    [
      'a workflow that is not there',
      new WorkflowNotFoundError('none', 'w', undefined),
      'LH_TRANSCRIPTION_UNKNOWN',
    ],
    ['a namespace that is not there', new NamespaceNotFoundError('n'), 'LH_OPTION_INVALID'],
    ['a value the server does not take', grpc(3), 'LH_OPTION_INVALID'],
    ['a server that refuses this client', grpc(7), 'LH_SERVER_UNREACHABLE'],
    ['anything else', 'a string', 'LH_INTERNAL'],
  ])('gives %s its code', (_, error, code) => {
    const coded = toLonghandError(error);
    expect(coded.code).toBe(code);
    expect(coded.cause).toBe(error);
    expect(coded.message).not.toBe('');
  });

  it('says what the activity said', () => {
    expect(toLonghandError(failed(activity(noSound))).message).toBe('Expected sound, found none');
  });
});

describe('isPassing', () => {
  it.each([1, 2, 4, 8, 10, 13, 14])('holds for a server that answers %i', (code) => {
    expect(isPassing(grpc(code))).toBe(true);
    expect(isPassing(new ServiceError('Failed', { cause: grpc(code) }))).toBe(true);
  });

  it.each([3, 5, 7, 12, 16])('does not for one that answers %i', (code) => {
    expect(isPassing(grpc(code))).toBe(false);
  });

  it('does not for an error that is none of a call', () => {
    expect(isPassing(failed(activity(noSound)))).toBe(false);
    expect(isPassing('a string')).toBe(false);
  });
});
