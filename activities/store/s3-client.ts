import { S3Client } from '@aws-sdk/client-s3';

/** How long a request may keep a store waiting. */
export interface Patience {
  /** Milliseconds to get a connection. */
  readonly connect: number;
  /** Milliseconds in which not a byte may come or go. */
  readonly silence: number;
  /** Times a request is made before it has failed. */
  readonly attempts: number;
}

export const PATIENCE: Patience = { connect: 5_000, silence: 20_000, attempts: 4 };

/** Servers that are not Amazon's ask for a region but for no particular one. */
const ANY_REGION = 'us-east-1';

/**
 * A client of S3, set up by the standard AWS_* variables of `env`. Without an endpoint it is Amazon's, and the
 * SDK looks for region and credentials in all its places.
 */
export function makeS3Client(patience: Patience, env: NodeJS.ProcessEnv = process.env): S3Client {
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL;
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || (endpoint ? ANY_REGION : undefined);
  return new S3Client({
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    ...(region ? { region } : {}),
    followRegionRedirects: true,
    // It would cost a connection of its own for every large body.
    expectContinueHeader: false,
    maxAttempts: patience.attempts,
    // The SDK's own default waits for ever.
    requestHandler: { connectionTimeout: patience.connect, socketTimeout: patience.silence },
  });
}
