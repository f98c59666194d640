import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { statusOf } from './s3-failure.ts';
import { type ObjectName, putOnce, UNLESS_THERE } from './s3-upload.ts';

/**
 * Whether the server keeps the first of two values that are put once under the name `object`, in one request and
 * in parts: a server may obey the condition in one of them alone. Rejects with the SDK's errors.
 */
export async function keepsFirst(client: S3Client, object: ObjectName): Promise<boolean> {
  const put = () => putOnce(client, object, new Uint8Array());
  const isKept = (await put()) === 'existed' || (await put()) === 'existed';
  return isKept && keepsFirstOfParts(client, object);
}

/** Whether the server refuses to make of parts the object that is there. */
async function keepsFirstOfParts(client: S3Client, object: ObjectName): Promise<boolean> {
  // As large objects are uploaded: a part may have a checksum only where the upload was begun for it.
  const isChecked = (await client.config.requestChecksumCalculation()) === 'WHEN_SUPPORTED';
  const begun = new CreateMultipartUploadCommand({
    ...object,
    ...(isChecked ? { ChecksumAlgorithm: 'CRC32' } : {}),
  });
  const upload = { ...object, UploadId: (await client.send(begun)).UploadId };
  try {
    const sent = new UploadPartCommand({ ...upload, PartNumber: 1, Body: new Uint8Array(1) });
    const { ETag, ChecksumCRC32 } = await client.send(sent);
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] };
    await client.send(new CompleteMultipartUploadCommand({ ...upload, ...UNLESS_THERE, MultipartUpload }));
    return false;
  } catch (error) {
    if (statusOf(error) === 412) return true;
    throw error;
  } finally {
    // Not all servers leave it, nor may all users end it; a sweep takes what stays.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => null);
  }
}
