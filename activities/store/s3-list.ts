import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { isKey } from './key.ts';
import type { S3Place } from './open.ts';
import type { Listed } from './store.ts';

/** The values of a store whose keys begin with `prefix`. Rejects with the SDK's errors. */
export async function* listObjects(client: S3Client, place: S3Place, prefix: string): AsyncGenerator<Listed> {
  const root = place.prefix === '' ? '' : `${place.prefix}/`;
  let from: { readonly ContinuationToken?: string | undefined } = {};
  for (;;) {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: place.bucket, Prefix: `${root}${prefix}`, ...from }),
    );
    for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
      const key = Key.slice(root.length);
      if (isKey(key)) yield { key, bytes: Size, modified: LastModified?.getTime() ?? Date.now() };
    }
    if (!page.IsTruncated) return;
    from = { ContinuationToken: page.NextContinuationToken };
  }
}
