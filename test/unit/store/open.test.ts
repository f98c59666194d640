import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../activities/store/open.ts';
import { failed } from './contract.ts';

let base = '';
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'longhand-open-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

describe('a store', () => {
  it.each([
    ['a path', (path: string) => path],
    ['a file: URI', (path: string) => pathToFileURL(path).href],
  ])('is the folder of %s', async (name, urlOf) => {
    const folder = join(base, `${name} %20 ü#?`);
    const store = await openStore(urlOf(folder));
    await store.put('a', Buffer.from('x'));
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('x');
  });

  it.each([
    '',
    'http://host/bucket',
    'gs://bucket',
    'file://host/folder',
    'file:///a%2Fb',
    's3:bucket',
    's3://',
    's3:///prefix',
    's3://Bucket',
    's3://bu/prefix',
    's3://buc..ket',
    's3://bucket//prefix',
    's3://bucket/../prefix',
    's3://bucket/./prefix',
    's3://bucket/pre fix',
    's3://bucket/prefix?x',
    's3://bucket:9000/prefix',
  ])('is not %j', async (url) => {
    await expect(openStore(url)).rejects.toEqual(
      failed('LH_OPTION_INVALID', /^Expected the store to be a folder, a file: URI of one, or s3:\/\/bucket/),
    );
  });

  it.each(['s3://key:secret@bucket/prefix', 's3://bucket/prefix?secret', 's3://bucket/prefix#secret'])(
    'names no secret of %j',
    async (url) => {
      const error: unknown = await openStore(url).catch((thrown: unknown) => thrown);
      expect(error).toEqual(failed('LH_OPTION_INVALID'));
      expect(JSON.stringify({ ...(error as Error), message: (error as Error).message })).not.toContain(
        'secret',
      );
    },
  );
});
