import { S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Failure } from '../../../activities/store/s3-failure.ts';

const codeOf = (name: string, httpStatusCode: number): string => {
  const $fault = httpStatusCode < 500 ? 'client' : 'server';
  const answer = new S3ServiceException({ name, message: 'said so', $fault, $metadata: { httpStatusCode } });
  return s3Failure(answer, 's3://bucket/key').code;
};

describe('an answer of S3', () => {
  it.each([
    ['RequestTimeout', 400],
    ['RequestTimeTooSkewed', 403],
    ['IncompleteBody', 400],
    ['BadDigest', 400],
    ['XAmzContentSHA256Mismatch', 400],
    ['NoSuchUpload', 404],
    ['ExpiredToken', 400],
    ['SlowDown', 503],
    ['OperationAborted', 409],
  ])('of %s (%d) is one to ask again after', (name, status) => {
    expect(codeOf(name, status)).toBe('LH_STORE_UNREACHABLE');
  });

  it.each([
    ['AccessDenied', 403],
    ['SignatureDoesNotMatch', 403],
    ['InvalidArgument', 400],
    ['NoSuchKey', 404],
    ['EntityTooLarge', 400],
  ])('of %s (%d) is final', (name, status) => {
    expect(codeOf(name, status)).toBe('LH_NOT_WRITABLE');
  });
});
