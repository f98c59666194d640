import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../../activities/store/open.ts';
import { BUILD_LIMIT, locateMinio, startS3, type S3Server } from '../../support/s3.ts';
import { makeChild, startPutter } from '../../unit/store/child.ts';
import { storeContract } from '../../unit/store/contract.ts';
import { startProxy, type Proxy, type Seen } from './proxy.ts';

const MINIO = await locateMinio();
const TIME_LIMIT = 60_000;
const MIB = 1024 * 1024;

describe.skipIf('missing' in MINIO)('an S3 store', { timeout: TIME_LIMIT }, () => {
  let base = '';
  let server: S3Server;
  let bucket = '';
  let stores = 0;

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'longhand-s3-test-'));
    server = await startS3(MINIO);
    bucket = await server.bucket();
  }, BUILD_LIMIT);
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(base, { recursive: true, force: true });
  });
  beforeEach(() => {
    for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
    stores += 1;
    vi.stubEnv('LONGHAND_HOME', join(base, `home-${stores}`));
  });
  afterEach(() => vi.unstubAllEnvs());

  const url = (): string => `s3://${bucket}/stores/${stores}`;
  const uploads = async (Bucket = bucket): Promise<string[]> => {
    const { Uploads = [] } = await server.client.send(new ListMultipartUploadsCommand({ Bucket }));
    return Uploads.map(({ Key }) => Key ?? '');
  };

  /** Begins an upload that nobody ends. */
  const begin = async (Bucket: string, Key: string): Promise<void> => {
    await server.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  };

  storeContract(() => Promise.resolve({ url: url(), temporary: join(base, `home-${stores}`, 'scratch') }));

  it('may be a whole bucket', async () => {
    const whole = await server.bucket();
    const store = await openStore(`S3://${whole}/`);
    await store.put('jobs/a', Buffer.from('x'));
    expect(store.uri('jobs/a')).toBe(`s3://${whole}/jobs/a`);
    const { Contents = [] } = await server.client.send(new ListObjectsV2Command({ Bucket: whole }));
    expect(Contents.map(({ Key }) => Key).sort()).toEqual(['.commits-once', 'jobs/a']);
    expect(await store.sweep()).toBe(0);
  });

  it('leaves no upload behind that failed', async () => {
    const path = join(base, 'changed');
    await writeFile(path, Buffer.alloc(20 * MIB));
    const store = await openStore(url());
    await expect(store.putCopy('a', path, 'a'.repeat(64))).rejects.toMatchObject({
      code: 'LH_SOURCE_CHANGED',
    });
    expect(await uploads()).toEqual([]);
  });

  describe('with uploads that began a day ago', () => {
    let proxy: Proxy;
    let whole = '';
    beforeEach(async () => {
      proxy = await startProxy(server.endpoint);
      proxy.fault = ({ query }) => (query.has('uploads') ? { rewrite: aDayEarlier } : null);
      vi.stubEnv('AWS_ENDPOINT_URL', proxy.endpoint);
      whole = await server.bucket();
    });
    afterEach(() => proxy[Symbol.asyncDispose]());

    it('ends its own, and no other program’s in the same bucket', async () => {
      const own = ['recordings/a.pcm', 'sources/a', 'chunks/ab/a.json', 'plans/ab/a.json', 'jobs/a/b'];
      const others = ['backup/a', 'jobs-of-another/a', 'other/jobs/a', 'a', 'jobs'];
      for (const key of [...own, '.commits-once', ...others]) await begin(whole, key);
      expect(await (await openStore(`s3://${whole}`)).sweep()).toBe(own.length + 1);
      expect((await uploads(whole)).sort()).toEqual([...others].sort());
    });

    it('bears another who ends them in the same moment', async () => {
      for (let part = 0; part < 20; part += 1) await begin(whole, `jobs/${part}`);
      const ended = new Set<string | null>();
      const body = '<Error><Code>NoSuchUpload</Code></Error>';
      // All see what the first saw, though another may have begun to end it.
      const listings = new Map<string, string>();
      proxy.fault = ({ method, query }) => {
        if (query.has('uploads')) {
          const asked = query.toString();
          const rewrite = (body: string): string => {
            const listing = listings.get(asked) ?? aDayEarlier(body);
            listings.set(asked, listing);
            return listing;
          };
          return { rewrite };
        }
        if (method !== 'DELETE') return null;
        // Amazon's and others' answer to who comes second, to whom a MinIO says that it is done.
        if (ended.has(query.get('uploadId'))) return { status: 404, body };
        ended.add(query.get('uploadId'));
        return null;
      };
      const workers = await Promise.all([1, 2, 3].map(() => openStore(`s3://${whole}`)));
      const counts = await Promise.all(workers.map((store) => store.sweep()));
      expect(proxy.requests.filter(({ method }) => method === 'DELETE').length).toBeGreaterThan(20);
      expect(counts.reduce((sum, count) => sum + count)).toBe(20);
      expect(await uploads(whole)).toEqual([]);
    });
  });

  describe('in a process that is killed', () => {
    let proxy: Proxy;
    let child = '';
    beforeAll(async () => {
      child = await makeChild(join(base, 'child'));
    });
    beforeEach(async () => {
      proxy = await startProxy(server.endpoint);
      vi.stubEnv('AWS_ENDPOINT_URL', proxy.endpoint);
    });
    afterEach(() => proxy[Symbol.asyncDispose]());

    it('in the middle of a file, leaves nothing to be seen, and its parts for a day', async () => {
      const path = join(base, 'killed');
      const put = { key: 'jobs/key', fill: 'a', size: 64 * MIB, path };
      const putter = await startPutter(child, url(), put);
      putter.go();
      const isPart = ({ name, query }: Seen) => name.endsWith('/key') && query.has('partNumber');
      const partsSent = () => proxy.requests.filter(isPart).length;
      while (partsSent() < 4) await sleep(1);
      putter.process.kill('SIGKILL');
      expect(await putter.answer).toBeNull();

      const store = await openStore(url());
      expect(await store.has('jobs/key')).toBe(false);
      expect(await uploads()).toEqual([`stores/${stores}/jobs/key`]);
      expect(await store.sweep()).toBe(0);
      expect(await uploads()).toHaveLength(1);

      const others = [`stores/${stores}0/jobs/key`, 'jobs/key'];
      for (const Key of others) await begin(bucket, Key);
      proxy.fault = ({ query }) => (query.has('uploads') ? { rewrite: aDayEarlier } : null);
      expect(await store.sweep()).toBe(1);
      expect(await uploads()).toEqual(expect.arrayContaining(others));
      expect(await uploads()).toHaveLength(2);
      expect(await store.put('jobs/key', Buffer.from('next'))).toBe('created');
    });

    it('before its answer comes, has committed the whole', async () => {
      proxy.fault = ({ method, name }) => (method === 'PUT' && name.endsWith('/key') ? 'lost' : null);
      const putter = await startPutter(child, url(), { key: 'key', fill: 'a', size: MIB });
      putter.go();
      while (!proxy.requests.some(({ name }) => name.endsWith('/key'))) await sleep(1);
      const store = await openStore(url());
      while (!(await store.has('key'))) await sleep(1);
      putter.process.kill('SIGKILL');
      expect(Buffer.alloc(MIB, 'a').equals((await store.get('key'))!)).toBe(true);
    });
  });
});

/** The answer of a listing, each upload begun 25 hours before it was. */
const aDayEarlier = (body: string): string =>
  body.replaceAll(
    /<Initiated>([^<]+)<\/Initiated>/g,
    (_, time: string) => `<Initiated>${new Date(Date.parse(time) - 25 * 3600_000).toISOString()}</Initiated>`,
  );
