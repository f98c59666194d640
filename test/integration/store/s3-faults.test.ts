import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { DeleteBucketCommand, DeleteObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../../activities/store/open.ts';
import { openS3Store } from '../../../activities/store/s3.ts';
import type { Store } from '../../../activities/store/store.ts';
import { BUILD_LIMIT, locateMinio, startS3, type S3Server } from '../../support/s3.ts';
import { failed } from '../../unit/store/contract.ts';
import { startProxy, type Fault, type Proxy, type Seen } from './proxy.ts';

const MINIO = await locateMinio();
const TIME_LIMIT = 60_000;
const MIB = 1024 * 1024;
/** Short, so that what waits for them is over soon, but no less than what a busy machine's server takes to answer. */
const PATIENCE = { connect: 3000, silence: 1200, attempts: 3 };
/** Two parts. */
const large = Buffer.alloc(9 * MIB, '0123456789abcdef+');
const unreachable = failed('LH_STORE_UNREACHABLE');

describe.skipIf('missing' in MINIO)('an S3 store', { timeout: TIME_LIMIT }, () => {
  let base = '';
  let server: S3Server;
  let bucket = '';
  let proxy: Proxy;
  let store: Store;
  /** A key of each test's own. */
  let key = '';
  let keys = 0;

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'longhand-s3-test-'));
    server = await startS3(MINIO);
    bucket = await server.bucket();
    for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
    const filled = await openStore(`s3://${bucket}/store`);
    await filled.put('a', Buffer.from('0123456789'));
    await filled.put('large', large);
  }, BUILD_LIMIT);
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(base, { recursive: true, force: true });
  });
  beforeEach(async () => {
    proxy = await startProxy(server.endpoint);
    vi.stubEnv('LONGHAND_HOME', join(base, 'home'));
    for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
    vi.stubEnv('AWS_ENDPOINT_URL', proxy.endpoint);
    store = await openS3Store({ bucket, prefix: 'store' }, PATIENCE);
    keys += 1;
    key = `key-${keys}`;
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await proxy[Symbol.asyncDispose]();
  });

  /** Does `fault` to requests of `method` about `key`, the first `times` of them. */
  const failing = (fault: Fault, method: string, name: string, times = Infinity): void => {
    let left = times;
    proxy.fault = (seen: Seen) =>
      seen.method === method && seen.name.endsWith(`/${name}`) && left-- > 0 ? fault : null;
  };
  const file = async (): Promise<string> => {
    const path = join(base, key);
    await writeFile(path, large);
    return path;
  };
  const uploads = async (): Promise<number> => {
    const { Uploads = [] } = await server.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    return Uploads.length;
  };
  /** Whether it is the request that makes of its parts the object `name`. */
  const isLastRequest = (seen: Seen, name: string): boolean =>
    seen.method === 'POST' && seen.query.has('uploadId') && seen.name.endsWith(`/${name}`);
  const passing: [string, Fault][] = [
    ['answers 503', { status: 503 }],
    ['answers 500', { status: 500, body: 'oops' }],
    ['is silent', 'silent'],
    ['loses its answer', 'lost'],
  ];

  describe.each(passing)('whose server %s for a while', (_, fault) => {
    it('commits', async () => {
      failing(fault, 'PUT', key, 2);
      const outcome = await store.put(key, Buffer.from('x'));
      expect(outcome).toBe(fault === 'lost' ? 'existed' : 'created');
      expect((await store.get(key))!.toString()).toBe('x');
    });

    it('commits a file', async () => {
      failing(fault, 'PUT', key, 2);
      expect(await store.putFile(key, await file())).toBe('created');
      expect(large.equals((await store.get(key))!)).toBe(true);
    });

    it('commits a file whose last request fails', async () => {
      let left = 1;
      proxy.fault = (seen) => (isLastRequest(seen, key) && left-- > 0 ? fault : null);
      expect(await store.putFile(key, await file())).toBe(fault === 'lost' ? 'existed' : 'created');
      expect(large.equals((await store.get(key))!)).toBe(true);
      expect(await uploads()).toBe(0);
    });

    it('reads', async () => {
      failing(fault, 'GET', 'a', 2);
      expect((await store.get('a'))!.toString()).toBe('0123456789');
      failing(fault, 'GET', 'a', 2);
      expect((await store.read('a', 2, 5)).toString()).toBe('234');
      failing(fault, 'HEAD', 'a', 2);
      expect(await store.size('a')).toBe(10);
      await store.put(key, Buffer.from('x'));
      failing(fault, 'DELETE', key, 2);
      await store.delete(key);
      expect(await store.has(key)).toBe(false);
    });
  });

  describe.each<[string, Fault]>([
    ['is cut', 'cut'],
    ['is shorter than it was', 'short'],
    ['stops', 'stalled'],
    ['has other bytes', { rewrite: (body) => `${body.slice(1)}!` }],
  ])('whose answer %s', (_, fault) => {
    // Only the whole object has a checksum.
    const isWholeOnly = typeof fault === 'object';

    it('for a while, reads', async () => {
      failing(fault, 'GET', 'large', 2);
      expect(large.equals((await store.get('large'))!)).toBe(true);
      if (isWholeOnly) return;
      failing(fault, 'GET', 'large', 2);
      expect(large.subarray(5, 5 + MIB).equals(await store.read('large', 5, 5 + MIB))).toBe(true);
      failing(fault, 'GET', 'large', 2);
      await using scratch = await store.scratch('fetch');
      await store.fetch('large', join(scratch.path, 'large'));
      expect(large.equals(await readFile(join(scratch.path, 'large')))).toBe(true);
    });

    it('for good, gives no part', async () => {
      failing(fault, 'GET', 'a');
      await expect(store.get('a')).rejects.toEqual(unreachable);
      if (isWholeOnly) return;
      await expect(store.read('a', 2, 8)).rejects.toEqual(unreachable);
      await using scratch = await store.scratch('fetch');
      await expect(store.fetch('a', join(scratch.path, 'a'))).rejects.toEqual(unreachable);
    });
  });

  it('whose server knows no ranges gives no part', async () => {
    const whole = { status: 200, body: '0123456789', headers: { 'content-length': 10 } };
    failing(whole, 'GET', 'a');
    await expect(store.read('a', 0, 5)).rejects.toEqual(unreachable);
  });

  describe.each<[string, Fault]>([
    ['answers 503', { status: 503 }],
    ['is silent', 'silent'],
    ['loses its answers', 'lost'],
  ])('whose server %s for good', (_, fault) => {
    it('says so, and takes nothing for gone', async () => {
      proxy.fault = () => fault;
      const began = performance.now();
      await expect(store.has('a')).rejects.toEqual(unreachable);
      await expect(store.get('a')).rejects.toEqual(unreachable);
      await expect(store.put(key, Buffer.from('x'))).rejects.toEqual(unreachable);
      await expect(store.sweep()).rejects.toEqual(unreachable);
      await expect(openS3Store({ bucket, prefix: '' }, PATIENCE)).rejects.toEqual(unreachable);
      expect(performance.now() - began).toBeLessThan(45_000);
    });
  });

  it('whose server is gone says so', async () => {
    await proxy[Symbol.asyncDispose]();
    await expect(store.get('a')).rejects.toEqual(failed('LH_STORE_UNREACHABLE', /ECONNREFUSED/));
    await expect(openStore(`s3://${bucket}`)).rejects.toEqual(unreachable);
    proxy = await startProxy(server.endpoint);
  });

  it('in conflict with another commits, or finds the value there', async () => {
    failing({ status: 409 }, 'PUT', key, 3);
    expect(await store.put(key, Buffer.from('x'))).toBe('created');
    failing({ status: 409 }, 'PUT', 'a', 3);
    expect(await store.put('a', Buffer.from('x'))).toBe('existed');
    failing({ status: 409 }, 'PUT', `${key}-2`);
    await expect(store.put(`${key}-2`, Buffer.from('x'))).rejects.toEqual(unreachable);
  });

  it('finds a value that another committed while its file went up', async () => {
    const body = '<Error><Code>PreconditionFailed</Code></Error>';
    proxy.fault = (seen) => (isLastRequest(seen, key) ? { status: 412, body } : null);
    expect(await store.putFile(key, await file())).toBe('existed');
    expect(await uploads()).toBe(0);
  });

  it('that is full is named with its code', async () => {
    failing({ status: 507, body: '<Error><Code>XMinioStorageFull</Code></Error>' }, 'PUT', key);
    await expect(store.put(key, Buffer.from('x'))).rejects.toEqual(failed('LH_DISK_FULL', /key/));
  });

  it('that writes twice what may be written once is refused before the first value', async () => {
    const other = await openS3Store({ bucket, prefix: 'twice' }, PATIENCE);
    failing({ status: 200 }, 'PUT', '.commits-once');
    const putting = other.put('a', Buffer.from('x'));
    await expect(putting).rejects.toEqual(failed('LH_OPTION_INVALID', /If-None-Match/));
    expect(await other.has('a')).toBe(false);
  });

  it('that does so with what comes in parts is refused as well', async () => {
    const other = await openS3Store({ bucket, prefix: 'parts' }, PATIENCE);
    const body = '<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>';
    proxy.fault = (seen) => (isLastRequest(seen, '.commits-once') ? { status: 200, body } : null);
    const putting = other.put('a', Buffer.from('x'));
    await expect(putting).rejects.toEqual(failed('LH_OPTION_INVALID', /If-None-Match/));
    expect(await other.has('a')).toBe(false);
    expect(await uploads()).toBe(0);
  });

  it('is asked once whether it keeps the first, in one request and in parts', async () => {
    for (const name of [key, `${key}-2`]) await store.put(name, Buffer.from('x'));
    expect(proxy.requests.filter((seen) => isLastRequest(seen, '.commits-once'))).toHaveLength(1);
    expect(await uploads()).toBe(0);
  });

  it('has no such bucket', async () => {
    const missing = failed('LH_STORE_MISSING', /bucket none-of-that .*create it/);
    await expect(openStore('s3://none-of-that/prefix')).rejects.toEqual(missing);
    const gone = await server.bucket();
    const other = await openStore(`s3://${gone}`);
    await other.put('a', Buffer.from('x'));
    for (const Key of ['a', '.commits-once'])
      await server.client.send(new DeleteObjectCommand({ Bucket: gone, Key }));
    await server.client.send(new DeleteBucketCommand({ Bucket: gone }));
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
      const error = await errorOf(openStore(`s3://${bucket}`));
      expect(error).toEqual(failed('LH_NOT_WRITABLE', new RegExp(`bucket ${bucket}`)));
      keepsSecrets(error);
    });

    it('for one thing is named', async () => {
      failing({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }, 'PUT', key);
      const error = await errorOf(store.put(key, Buffer.from('x')));
      expect(error).toEqual(failed('LH_NOT_WRITABLE', /key-\d+ was refused, got: AccessDenied 403/));
      keepsSecrets(error);
      failing({ status: 403 }, 'GET', 'a');
      await expect(store.get('a')).rejects.toEqual(failed('LH_NOT_WRITABLE'));
      proxy.fault = ({ query }) => (query.has('uploads') ? { status: 403 } : null);
      expect(await store.sweep()).toBe(0);
    });

    it('keeps its secrets whatever fails', async () => {
      for (const fault of [{ status: 503 }, { status: 400 }, 'lost', 'silent'] as const) {
        proxy.fault = () => fault;
        keepsSecrets(await errorOf(store.put(key, Buffer.from('x'))));
        keepsSecrets(await errorOf(store.get('a')));
      }
    });

    it('for want of credentials says which', async () => {
      vi.stubEnv('AWS_ACCESS_KEY_ID', '');
      vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
      vi.stubEnv('AWS_CONFIG_FILE', join(base, 'none'));
      vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(base, 'none'));
      const opening = openStore(`s3://${bucket}`);
      await expect(opening).rejects.toEqual(failed('LH_STORE_UNREACHABLE', /AWS_ACCESS_KEY_ID/));
    });

    it('for want of a region says so', async () => {
      for (const name of ['AWS_ENDPOINT_URL', 'AWS_REGION']) vi.stubEnv(name, undefined);
      vi.stubEnv('AWS_CONFIG_FILE', join(base, 'none'));
      const opening = openStore(`s3://${bucket}`);
      await expect(opening).rejects.toEqual(failed('LH_OPTION_INVALID', /AWS_REGION/));
    });
  });

  it('stops fetching when it is told to', async () => {
    const controller = new AbortController();
    // It is the signal that ends it: the store's own patience outlasts the test.
    const patient = await openS3Store({ bucket, prefix: 'store' }, { ...PATIENCE, silence: 2 * TIME_LIMIT });
    await using scratch = await patient.scratch('fetch');
    proxy.fault = ({ method, name }) => {
      if (method !== 'GET' || !name.endsWith('/large')) return null;
      controller.abort(new Error('given up'));
      return 'silent';
    };
    const fetching = patient.fetch('large', join(scratch.path, 'large'), { signal: controller.signal });
    await expect(fetching).rejects.toThrow('given up');
  });
});
