import { fileURLToPath } from 'node:url';
import { LonghandError } from '../../workflows/errors.ts';
import { openFolderStore } from './folder.ts';
import type { Store } from './store.ts';

const EXPECTED = 'a folder, a file: URI of one, or s3://bucket/prefix';

/** Bucket names of S3: lower-case letters, digits, dots and dashes, 3 to 63 of them. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Characters that S3 calls safe in object names, and nothing that a path would resolve. */
const PREFIX = /^[\w!*'().-]+(\/[\w!*'().-]+)*$/;

/**
 * Opens the store at `url`: the path of a folder, absolute or from the working folder; a `file:` URI of a folder;
 * or `s3://bucket/prefix` (the prefix may be empty), whose endpoint, region and credentials are those of the
 * standard AWS_* environment variables.
 *
 * Throws LH_OPTION_INVALID where `url` is none of these, and what `openFolderStore` and `openS3Store` throw.
 */
export async function openStore(url: string): Promise<Store> {
  const [, scheme] = /^(file|s3|[a-z][a-z0-9+.-]*(?=:\/\/)):/i.exec(url) ?? [];
  switch (scheme?.toLowerCase()) {
    case undefined:
      if (url === '') throw invalid(url);
      return openFolderStore(url);
    case 'file':
      return openFolderStore(folderOf(url));
    case 's3': {
      const place = placeOf(url);
      // Most use a folder: they do not pay for loading an S3 client.
      const { openS3Store } = await import('./s3.ts');
      return openS3Store(place);
    }
    default:
      throw invalid(url);
  }
}

function folderOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw invalid(url, cause);
  }
}

/** Where in S3 a store lies. */
export interface S3Place {
  readonly bucket: string;
  /** Begins every object's name, without a slash at either end; may be empty. */
  readonly prefix: string;
}

function placeOf(url: string): S3Place {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]*)\/?(.*?)\/?$/i.exec(url) ?? [];
  const isPrefix = prefix === '' || (PREFIX.test(prefix) && !/(^|\/)\.\.?(\/|$)/.test(prefix));
  if (!BUCKET.test(bucket) || bucket.includes('..') || !isPrefix) throw invalid(url);
  return { bucket, prefix };
}

/** What stands before an `@` or after a `?` may be a secret, and stays out of the message. */
function invalid(url: string, cause?: unknown): LonghandError {
  const shown = url.replace(/[^/@]*@/g, '…@').replace(/[?#].*$/s, '?…');
  const message = `Expected the store to be ${EXPECTED}, got ${JSON.stringify(shown)}.`;
  return new LonghandError('LH_OPTION_INVALID', message, { cause, details: { store: shown } });
}
