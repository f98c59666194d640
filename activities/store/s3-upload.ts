import { setTimeout as sleep } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { isNamed, statusOf } from './s3-failure.ts';

/** Where one object lies. */
export interface ObjectName {
  readonly Bucket: string;
  readonly Key: string;
}

/** Makes the commit the first one's: S3 answers 412 where the object is there. */
export const UNLESS_THERE = { IfNoneMatch: '*' } as const;

/** Answers of 409, of another who commits in the same moment, after which a commit has failed. */
const CONFLICTS = 5;
/** Milliseconds of the first wait after a conflict; each is twice the one before. */
const CONFLICT_WAIT = 50;

/** Bytes of one part of a large object, at least: four travel at once. */
const PART = 8 * 1024 * 1024;
/** Parts that S3 takes of one object. */
const MOST_PARTS = 10_000;

/** Commits `bytes` in one request. Rejects with the SDK's errors. */
export async function putOnce(
  client: S3Client,
  object: ObjectName,
  bytes: Uint8Array,
): Promise<'created' | 'existed'> {
  for (let conflicts = 0; ;) {
    try {
      await client.send(new PutObjectCommand({ ...object, ...UNLESS_THERE, Body: bytes }));
      return 'created';
    } catch (error) {
      if (statusOf(error) === 412) return 'existed';
      if (statusOf(error) !== 409 || ++conflicts === CONFLICTS) throw error;
      await sleep(CONFLICT_WAIT * 2 ** conflicts * Math.random());
    }
  }
}

/**
 * Commits what `body` gives, `size` bytes, in parts where it is large; nothing where it fails. Rejects with the
 * SDK's errors and those of `body`. `exists` tells whether the object is there.
 */
export async function uploadOnce(
  client: S3Client,
  object: ObjectName,
  { body, size, exists }: { body: Readable; size: number; exists: () => Promise<boolean> },
): Promise<'created' | 'existed'> {
  const partSize = Math.max(PART, Math.ceil(size / MOST_PARTS));
  try {
    await new Upload({ client, partSize, params: { ...object, ...UNLESS_THERE, Body: body } }).done();
    return 'created';
  } catch (error) {
    if (statusOf(error) === 412) return 'existed';
    // The answer to the commit was lost and its repetition found no upload; or another commits in this moment.
    const isUnsure = isNamed(error, 'NoSuchUpload') || statusOf(error) === 409;
    if (isUnsure && (await exists())) return 'existed';
    throw error;
  } finally {
    body.destroy();
  }
}

/**
 * Ends the uploads that began before `before` and never ended, of names that `isOurs` says yes to. Gives how many.
 * All of the bucket's are listed: a MinIO asked for a prefix lists only those of one whole name.
 */
export async function abortUploads(
  client: S3Client,
  { bucket, isOurs, before }: { bucket: string; isOurs: (name: string) => boolean; before: Date },
): Promise<number> {
  let removed = 0;
  let from: Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> = {};
  for (;;) {
    const page = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, ...from }));
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (!Key || !isOurs(Key) || !Initiated || Initiated >= before) continue;
      try {
        await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
        removed += 1;
      } catch (error) {
        // Another, who sweeps in the same moment, was first.
        if (statusOf(error) !== 404) throw error;
      }
    }
    if (!page.IsTruncated) return removed;
    from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}
