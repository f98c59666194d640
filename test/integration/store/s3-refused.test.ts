import { join } from 'node:path';
import { inspect } from 'node:util';
import { DeleteBucketCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it, vi } from 'vitest';
import { openStore } from '../../../activities/store/open.ts';
import { openS3Store } from '../../../activities/store/s3.ts';
import { locateMinio } from '../../support/s3.ts';
import { failed } from '../../unit/store/contract.ts';
import { isLastRequest, PATIENCE, StoreBehindProxy } from './behind-proxy.ts';

const MINIO = await locateMinio();
const TIME_LIMIT = 60_000;

describe.skipIf('missing' in MINIO)('an S3 store', { timeout: TIME_LIMIT }, () => {
  const s3 = new StoreBehindProxy(MINIO);

  it('that writes twice what may be written once is refused before the first value', async () => {
    const other = await openS3Store({ bucket: s3.bucket, prefix: 'twice' }, PATIENCE);
    s3.failing({ status: 200 }, 'PUT', '.commits-once');
    const putting = other.put('a', Buffer.from('x'));
    await expect(putting).rejects.toEqual(failed('LH_OPTION_INVALID', /If-None-Match/));
    expect(await other.has('a')).toBe(false);
  });

  it('that does so with what comes in parts is refused as well', async () => {
    const other = await openS3Store({ bucket: s3.bucket, prefix: 'parts' }, PATIENCE);
    const body = '<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>';
    s3.proxy.fault = (seen) => (isLastRequest(seen, '.commits-once') ? { status: 200, body } : null);
    const putting = other.put('a', Buffer.from('x'));
    await expect(putting).rejects.toEqual(failed('LH_OPTION_INVALID', /If-None-Match/));
    expect(await other.has('a')).toBe(false);
    expect(await s3.uploads()).toBe(0);
  });

  it('is asked once whether it keeps the first, in one request and in parts', async () => {
    for (const name of [s3.key, `${s3.key}-2`]) await s3.store.put(name, Buffer.from('x'));
    expect(s3.proxy.requests.filter((seen) => isLastRequest(seen, '.commits-once'))).toHaveLength(1);
    expect(await s3.uploads()).toBe(0);
  });

  it('has no such bucket', async () => {
    const missing = failed('LH_STORE_MISSING', /bucket none-of-that .*create it/);
    await expect(openStore('s3://none-of-that/prefix')).rejects.toEqual(missing);
    const gone = await s3.server.bucket();
    const other = await openStore(`s3://${gone}`);
    await other.put('a', Buffer.from('x'));
    for (const Key of ['a', '.commits-once'])
      await s3.server.client.send(new DeleteObjectCommand({ Bucket: gone, Key }));
    await s3.server.client.send(new DeleteBucketCommand({ Bucket: gone }));
    await expect(other.put('b', Buffer.from('x'))).rejects.toEqual(failed('LH_STORE_MISSING', /create it/));
    await expect(other.get('b')).rejects.toEqual(failed('LH_STORE_MISSING', /create it/));
  });

  describe('that may not be used', () => {
    const errorOf = async (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
    /** No word of a credential, however deep one looks. */
    const keepsSecrets = (error: unknown): void => {
      const shown = inspect(error, { depth: Infinity, showHidden: true });
      for (const secret of [process.env.AWS_ACCESS_KEY_ID, process.env.AWS_SECRET_ACCESS_KEY])
        expect(shown).not.toContain(secret);
    };

    it.each(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])('by a wrong %s is named', async (name) => {
      vi.stubEnv(name, 'wrong-credential');
      const error = await errorOf(openStore(`s3://${s3.bucket}`));
      expect(error).toEqual(failed('LH_NOT_WRITABLE', new RegExp(`bucket ${s3.bucket}`)));
      keepsSecrets(error);
    });

    it('for one thing is named', async () => {
      s3.failing({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }, 'PUT', s3.key);
      const error = await errorOf(s3.store.put(s3.key, Buffer.from('x')));
      expect(error).toEqual(failed('LH_NOT_WRITABLE', /key-\d+ was refused, got: AccessDenied 403/));
      keepsSecrets(error);
      s3.failing({ status: 403 }, 'GET', 'a');
      await expect(s3.store.get('a')).rejects.toEqual(failed('LH_NOT_WRITABLE'));
      s3.proxy.fault = ({ query }) => (query.has('uploads') ? { status: 403 } : null);
      expect(await s3.store.sweep()).toBe(0);
    });

    it('keeps its secrets whatever fails', async () => {
      for (const fault of [{ status: 503 }, { status: 400 }, 'lost', 'silent'] as const) {
        s3.proxy.fault = () => fault;
        keepsSecrets(await errorOf(s3.store.put(s3.key, Buffer.from('x'))));
        keepsSecrets(await errorOf(s3.store.get('a')));
      }
    });

    it('for want of credentials says which', async () => {
      vi.stubEnv('AWS_ACCESS_KEY_ID', '');
      vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
      vi.stubEnv('AWS_CONFIG_FILE', join(s3.base, 'none'));
      vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(s3.base, 'none'));
      const opening = openStore(`s3://${s3.bucket}`);
      await expect(opening).rejects.toEqual(failed('LH_STORE_UNREACHABLE', /AWS_ACCESS_KEY_ID/));
    });

    it('for want of a region says so', async () => {
      for (const name of ['AWS_ENDPOINT_URL', 'AWS_REGION']) vi.stubEnv(name, undefined);
      vi.stubEnv('AWS_CONFIG_FILE', join(s3.base, 'none'));
      const opening = openStore(`s3://${s3.bucket}`);
      await expect(opening).rejects.toEqual(failed('LH_OPTION_INVALID', /AWS_REGION/));
    });
  });
});
