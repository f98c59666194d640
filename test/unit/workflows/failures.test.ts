import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { asksForNextRung, codedFailure } from '../../../workflows/failures.ts';

const wrapped = (cause: Error) =>
  new ActivityFailure('Activity task failed', 'transcribe', '1', 'NON_RETRYABLE_FAILURE', undefined, cause);

describe('codedFailure', () => {
  it('finds the code below whatever wraps it', () => {
    const root = ApplicationFailure.nonRetryable('no room', 'LH_OUT_OF_MEMORY');
    const child = new ChildWorkflowFailure(
      'default',
      { workflowId: 'w', runId: 'r' },
      'section',
      'NON_RETRYABLE_FAILURE',
      wrapped(root),
    );
    for (const error of [root, wrapped(root), child]) {
      expect(codedFailure(error)).toEqual({ code: 'LH_OUT_OF_MEMORY', message: 'no room' });
    }
  });

  it('finds none in failures outside the table', () => {
    for (const error of [
      wrapped(ApplicationFailure.nonRetryable('x', 'TypeError')),
      wrapped(ApplicationFailure.nonRetryable('x', 'toString')),
      new Error('x'),
      'LH_OUT_OF_MEMORY',
      undefined,
    ]) {
      expect(codedFailure(error)).toBeUndefined();
    }
  });
});

describe('asksForNextRung', () => {
  it('holds for memory that ran out, not for crashes and bad input', () => {
    expect(asksForNextRung('LH_OUT_OF_MEMORY')).toBe(true);
    expect(asksForNextRung('LH_ENGINE_DIED')).toBe(false);
    expect(asksForNextRung('LH_AUDIO_UNREADABLE')).toBe(false);
  });
});
