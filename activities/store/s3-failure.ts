import { LonghandError, systemCode, type ErrorCode } from '../../workflows/errors.ts';

/** Refusals in name only: what was asked is allowed, and a later attempt may get it. */
const PASSING = [
  // Tokens that ran out, which the SDK renews.
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
  // A request that took too long on its way.
  'RequestTimeout',
  'RequestTimeTooSkewed',
  // A body that came broken.
  'IncompleteBody',
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  // An upload in parts that the server dropped, or that another ended.
  'NoSuchUpload',
];

/** Statuses below 500 that ask to come again: request time-out, conflict of writers, too many requests. */
const AGAIN = [408, 409, 429];

/** What the SDK's errors hold, as far as the store looks at it. */
interface S3Error {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Status of the answer that `error` stands for, or 0 where there was none. */
export const statusOf = (error: unknown): number => (error as S3Error).$metadata?.httpStatusCode ?? 0;

/** Whether `error` is S3's answer of that name. */
export const isNamed = (error: unknown, ...names: string[]): boolean =>
  names.includes((error as S3Error).name ?? '');

/**
 * What a failed request means for the user. `uri`: what was asked for. Neither the error nor its cause holds
 * anything of the request, whose headers are signed with the credentials.
 */
export function s3Failure(error: unknown, uri: string): LonghandError {
  if (error instanceof LonghandError) return error;
  const { name = '', message = '' } = error as S3Error;
  const status = statusOf(error);
  const [code, expectation] = meaning(error, uri);
  const answer = [name, status || systemCode(error)].filter((part) => part && part !== 'Error').join(' ');
  const cause = new Error(message);
  cause.name = name;
  return new LonghandError(code, `${expectation}, got: ${answer}${answer && message ? ': ' : ''}${message}`, {
    cause,
    details: { uri, status, name },
  });
}

function meaning(error: unknown, uri: string): [code: ErrorCode, expectation: string] {
  const [, bucket] = uri.split(/\/+/);
  const status = statusOf(error);
  const { name = '', message = '' } = error as S3Error;
  if (name === 'NoSuchBucket') {
    return [
      'LH_STORE_MISSING',
      `Expected the bucket ${bucket} to be there for ${uri} (create it, or name another as the store)`,
    ];
  }
  if (/region (is missing|not accepted)/i.test(message)) {
    return ['LH_OPTION_INVALID', `Expected AWS_REGION to name the region of the bucket ${bucket}`];
  }
  if (name === 'CredentialsProviderError') {
    return [
      'LH_STORE_UNREACHABLE',
      `Expected credentials for ${uri} (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or another of AWS's ways)`,
    ];
  }
  if (status === 507) return ['LH_DISK_FULL', `Expected room at ${uri}`];
  if (error instanceof TypeError || error instanceof RangeError) {
    return ['LH_INTERNAL', `Expected an answer about ${uri}`];
  }
  const isRefusal = status >= 400 && status < 500 && !AGAIN.includes(status) && !PASSING.includes(name);
  if (!isRefusal) return ['LH_STORE_UNREACHABLE', `Expected the store to answer about ${uri}`];
  return [
    'LH_NOT_WRITABLE',
    `Expected to be allowed to list, read, write and delete in the bucket ${bucket}, but ${uri} was refused`,
  ];
}
