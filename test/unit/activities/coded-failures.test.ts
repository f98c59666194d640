import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { codedFailures, toFailure } from '../../../workers/coded-failures.ts';
import { ERRORS, LonghandError, type ErrorCode } from '../../../workflows/errors.ts';
import { quietEnvironment } from './environment.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

describe('toFailure', () => {
  it.each(codes)('makes %s retryable exactly where Temporal is to retry it', (code) => {
    const cause = new Error('EIO');
    const error = new LonghandError(code, 'Expected a, got b', { cause, details: { path: 'x' } });
    expect(toFailure(error, 1)).toMatchObject({
      type: code,
      message: 'Expected a, got b',
      nonRetryable: ['ladder', 'nobody'].includes(ERRORS[code].retriedBy),
      details: [{ path: 'x' }],
      cause: error,
    });
    expect(toFailure(error, 5)).toMatchObject({ nonRetryable: ERRORS[code].retriedBy !== 'activity' });
  });

  it('retries without end what a retry can mend', () => {
    const error = new LonghandError('LH_ENGINE_DIED', 'The engine ended');
    expect(toFailure(error, 10_000)).toMatchObject({ nonRetryable: false });
  });

  it.each([new TypeError('x is undefined'), new LonghandError('LH_INTERNAL', 'x is undefined')])(
    'gives a defect some attempts, then up: %s',
    (error) => {
      expect(toFailure(error, 1)).toMatchObject({
        type: 'LH_INTERNAL',
        message: 'x is undefined',
        nonRetryable: false,
      });
      expect(toFailure(error, 5)).toMatchObject({ type: 'LH_INTERNAL', nonRetryable: true });
    },
  );

  it('takes whatever is thrown', () => {
    expect(toFailure('a string', 1)).toMatchObject({ type: 'LH_INTERNAL', message: 'a string' });
  });

  it('leaves Temporal’s own failures as they are', () => {
    for (const error of [new CancelledFailure('CANCELLED'), ApplicationFailure.retryable('x')]) {
      expect(toFailure(error, 1)).toBe(error);
    }
  });
});

describe('codedFailures', () => {
  it('turns what an activity throws into a failure with its code', async () => {
    const interceptors = [() => ({ inbound: codedFailures })];
    const environment = quietEnvironment({ interceptors });
    const activity = () => Promise.reject(new LonghandError('LH_SOURCE_MISSING', 'Expected a file'));
    await expect(environment.run(activity)).rejects.toMatchObject({
      name: 'ApplicationFailure',
      type: 'LH_SOURCE_MISSING',
      nonRetryable: true,
    });
    expect(await environment.run(() => Promise.resolve(7))).toBe(7);
  });
});
