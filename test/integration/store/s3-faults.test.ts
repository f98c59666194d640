import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../activities/store/open.ts';
import { openS3Store } from '../../../activities/store/s3.ts';
import { locateMinio } from '../../support/s3.ts';
import { failed } from '../../unit/store/contract.ts';
import { isLastRequest, PATIENCE, StoreBehindProxy } from './behind-proxy.ts';
import { startProxy, type Fault } from './proxy.ts';

const MINIO = await locateMinio();
const TIME_LIMIT = 60_000;
const MIB = 1024 * 1024;
/** Two parts. */
const large = Buffer.alloc(9 * MIB, '0123456789abcdef+');
const unreachable = failed('LH_STORE_UNREACHABLE');

describe.skipIf('missing' in MINIO)('an S3 store', { timeout: TIME_LIMIT }, () => {
  const s3 = new StoreBehindProxy(MINIO);
  beforeAll(async () => {
    s3.useServer();
    const filled = await openStore(`s3://${s3.bucket}/store`);
    await filled.put('a', Buffer.from('0123456789'));
    await filled.put('large', large);
  });

  const file = async (): Promise<string> => {
    const path = join(s3.base, s3.key);
    await writeFile(path, large);
    return path;
  };
  const passing: [string, Fault][] = [
    ['answers 503', { status: 503 }],
    ['answers 500', { status: 500, body: 'oops' }],
    ['is silent', 'silent'],
    ['loses its answer', 'lost'],
  ];

  describe.each(passing)('whose server %s for a while', (_, fault) => {
    it('commits', async () => {
      s3.failing(fault, 'PUT', s3.key, 2);
      const outcome = await s3.store.put(s3.key, Buffer.from('x'));
      expect(outcome).toBe(fault === 'lost' ? 'existed' : 'created');
      expect((await s3.store.get(s3.key))!.toString()).toBe('x');
    });

    it('commits a file', async () => {
      s3.failing(fault, 'PUT', s3.key, 2);
      expect(await s3.store.putFile(s3.key, await file())).toBe('created');
      expect(large.equals((await s3.store.get(s3.key))!)).toBe(true);
    });

    it('commits a file whose last request fails', async () => {
      let left = 1;
      s3.proxy.fault = (seen) => (isLastRequest(seen, s3.key) && left-- > 0 ? fault : null);
      expect(await s3.store.putFile(s3.key, await file())).toBe(fault === 'lost' ? 'existed' : 'created');
      expect(large.equals((await s3.store.get(s3.key))!)).toBe(true);
      expect(await s3.uploads()).toBe(0);
    });

    it('reads', async () => {
      s3.failing(fault, 'GET', 'a', 2);
      expect((await s3.store.get('a'))!.toString()).toBe('0123456789');
      s3.failing(fault, 'GET', 'a', 2);
      expect((await s3.store.read('a', 2, 5)).toString()).toBe('234');
      s3.failing(fault, 'HEAD', 'a', 2);
      expect(await s3.store.size('a')).toBe(10);
      await s3.store.put(s3.key, Buffer.from('x'));
      s3.failing(fault, 'DELETE', s3.key, 2);
      await s3.store.delete(s3.key);
      expect(await s3.store.has(s3.key)).toBe(false);
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
      s3.failing(fault, 'GET', 'large', 2);
      expect(large.equals((await s3.store.get('large'))!)).toBe(true);
      if (isWholeOnly) return;
      s3.failing(fault, 'GET', 'large', 2);
      expect(large.subarray(5, 5 + MIB).equals(await s3.store.read('large', 5, 5 + MIB))).toBe(true);
      s3.failing(fault, 'GET', 'large', 2);
      await using scratch = await s3.store.scratch('fetch');
      await s3.store.fetch('large', join(scratch.path, 'large'));
      expect(large.equals(await readFile(join(scratch.path, 'large')))).toBe(true);
    });

    it('for good, gives no part', async () => {
      s3.failing(fault, 'GET', 'a');
      await expect(s3.store.get('a')).rejects.toEqual(unreachable);
      if (isWholeOnly) return;
      await expect(s3.store.read('a', 2, 8)).rejects.toEqual(unreachable);
      await using scratch = await s3.store.scratch('fetch');
      await expect(s3.store.fetch('a', join(scratch.path, 'a'))).rejects.toEqual(unreachable);
    });
  });

  it('whose server knows no ranges gives no part', async () => {
    const whole = { status: 200, body: '0123456789', headers: { 'content-length': 10 } };
    s3.failing(whole, 'GET', 'a');
    await expect(s3.store.read('a', 0, 5)).rejects.toEqual(unreachable);
  });

  describe.each<[string, Fault]>([
    ['answers 503', { status: 503 }],
    ['is silent', 'silent'],
    ['loses its answers', 'lost'],
  ])('whose server %s for good', (_, fault) => {
    it('says so, and takes nothing for gone', async () => {
      s3.proxy.fault = () => fault;
      const began = performance.now();
      await expect(s3.store.has('a')).rejects.toEqual(unreachable);
      await expect(s3.store.get('a')).rejects.toEqual(unreachable);
      await expect(s3.store.put(s3.key, Buffer.from('x'))).rejects.toEqual(unreachable);
      await expect(s3.store.sweep()).rejects.toEqual(unreachable);
      await expect(openS3Store({ bucket: s3.bucket, prefix: '' }, PATIENCE)).rejects.toEqual(unreachable);
      expect(performance.now() - began).toBeLessThan(45_000);
    });
  });

  it('whose server is gone says so', async () => {
    await s3.proxy[Symbol.asyncDispose]();
    await expect(s3.store.get('a')).rejects.toEqual(failed('LH_STORE_UNREACHABLE', /ECONNREFUSED/));
    await expect(openStore(`s3://${s3.bucket}`)).rejects.toEqual(unreachable);
    s3.proxy = await startProxy(s3.server.endpoint);
  });

  it('in conflict with another commits, or finds the value there', async () => {
    s3.failing({ status: 409 }, 'PUT', s3.key, 3);
    expect(await s3.store.put(s3.key, Buffer.from('x'))).toBe('created');
    s3.failing({ status: 409 }, 'PUT', 'a', 3);
    expect(await s3.store.put('a', Buffer.from('x'))).toBe('existed');
    s3.failing({ status: 409 }, 'PUT', `${s3.key}-2`);
    await expect(s3.store.put(`${s3.key}-2`, Buffer.from('x'))).rejects.toEqual(unreachable);
  });

  it('finds a value that another committed while its file went up', async () => {
    const body = '<Error><Code>PreconditionFailed</Code></Error>';
    s3.proxy.fault = (seen) => (isLastRequest(seen, s3.key) ? { status: 412, body } : null);
    expect(await s3.store.putFile(s3.key, await file())).toBe('existed');
    expect(await s3.uploads()).toBe(0);
  });

  it('that is full is named with its code', async () => {
    s3.failing({ status: 507, body: '<Error><Code>XMinioStorageFull</Code></Error>' }, 'PUT', s3.key);
    await expect(s3.store.put(s3.key, Buffer.from('x'))).rejects.toEqual(failed('LH_DISK_FULL', /key/));
  });

  it('stops fetching when it is told to', async () => {
    const controller = new AbortController();
    // It is the signal that ends it: the store's own patience outlasts the test.
    const patient = await openS3Store(
      { bucket: s3.bucket, prefix: 'store' },
      { ...PATIENCE, silence: 2 * TIME_LIMIT },
    );
    await using scratch = await patient.scratch('fetch');
    s3.proxy.fault = ({ method, name }) => {
      if (method !== 'GET' || !name.endsWith('/large')) return null;
      controller.abort(new Error('given up'));
      return 'silent';
    };
    const fetching = patient.fetch('large', join(scratch.path, 'large'), { signal: controller.signal });
    await expect(fetching).rejects.toThrow('given up');
  });
});
