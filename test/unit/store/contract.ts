import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../../activities/store/open.ts';
import { ownedName, ownerState } from '../../../activities/store/owner.ts';
import type { Store } from '../../../activities/store/store.ts';
import { makeChild, startPutter } from './child.ts';

const TIME_LIMIT = 30_000;

/** An error of ours with this code, whose sentence begins as all do, or is like `message`. */
export const failed = (code: string, message: RegExp = /^Expected /): unknown =>
  expect.objectContaining({ name: 'LonghandError', code, message: expect.stringMatching(message) as string });

/** An empty store of a kind, and the folder in which it keeps what is half-written. */
export interface Kind {
  readonly url: string;
  readonly temporary: string;
}

/** What every store keeps, whatever it is made of: its tests, on stores that `make` makes. */
export function storeContract(make: () => Promise<Kind>): void {
  let base = '';
  let child = '';
  let kind: Kind;
  let store: Store;

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'longhand-contract-'));
    child = await makeChild(join(base, 'child'));
  });
  afterAll(() => rm(base, { recursive: true, force: true }));
  beforeEach(async () => {
    kind = await make();
    store = await openStore(kind.url);
  });

  const temporaries = (): Promise<string[]> => readdir(kind.temporary).catch(() => []);
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

  describe('a value', () => {
    it('is committed once: the first bytes stay', async () => {
      expect(await store.has('chunks/ab/x.json')).toBe(false);
      expect(await store.get('chunks/ab/x.json')).toBeNull();
      expect(await store.size('chunks/ab/x.json')).toBeNull();
      expect(await store.put('chunks/ab/x.json', Buffer.from('first'))).toBe('created');
      expect(await store.put('chunks/ab/x.json', Buffer.from('second'))).toBe('existed');
      expect((await store.get('chunks/ab/x.json'))!.toString()).toBe('first');
      expect(await store.size('chunks/ab/x.json')).toBe(5);
      expect(store.uri('chunks/ab/x.json')).toMatch(/^(file|s3):\/\/.+\/chunks\/ab\/x\.json$/);
      expect(await temporaries()).toEqual([]);
    });

    it('may be empty', async () => {
      expect(await store.put('a', Buffer.alloc(0))).toBe('created');
      expect(await store.get('a')).toHaveLength(0);
      expect(await store.size('a')).toBe(0);
      expect(await store.read('a', 0, 0)).toHaveLength(0);
      await expect(store.read('a', 0, 1)).rejects.toEqual(failed('LH_STORE_MISSING', /it ends at 0/));
      await store.fetch('a', join(base, 'empty'));
      expect(await readFile(join(base, 'empty'))).toHaveLength(0);
    });

    it('is one of many written at once, whole', { timeout: TIME_LIMIT }, async () => {
      const fills = Array.from({ length: 20 }, (_, index) => Buffer.alloc(100_000, index));
      const answers = await Promise.all(fills.map((bytes) => store.put('a', bytes)));
      expect(answers.filter((answer) => answer === 'created')).toHaveLength(1);
      expect(fills[answers.indexOf('created')]!.equals((await store.get('a'))!)).toBe(true);
      expect(await temporaries()).toEqual([]);
    });

    it('is read by ranges', async () => {
      await store.put('a', Buffer.from('0123456789'));
      expect((await store.read('a', 2, 5)).toString()).toBe('234');
      expect((await store.read('a', 0, 10)).toString()).toBe('0123456789');
      expect(await store.read('a', 10, 10)).toHaveLength(0);
      await expect(store.read('a', 8, 11)).rejects.toEqual(failed('LH_STORE_MISSING', /it ends at 10/));
      await expect(store.read('a', 20, 30)).rejects.toEqual(failed('LH_STORE_MISSING'));
      await expect(store.read('none', 0, 1)).rejects.toEqual(failed('LH_STORE_MISSING'));
    });

    it('that is deleted is gone, and may be put again', async () => {
      await store.put('a', Buffer.from('first'));
      await store.delete('a');
      await store.delete('a');
      expect(await store.has('a')).toBe(false);
      expect(await store.put('a', Buffer.from('second'))).toBe('created');
    });

    it('can be a finished file, which the store takes over', async () => {
      const path = join(base, 'finished');
      await writeFile(path, 'first');
      expect(await store.putFile('recordings/a.pcm', path)).toBe('created');
      await writeFile(path, 'second');
      expect(await store.putFile('recordings/a.pcm', path)).toBe('existed');
      await expect(readFile(path)).rejects.toThrow('ENOENT');
      expect((await store.get('recordings/a.pcm'))!.toString()).toBe('first');
      expect(await temporaries()).toEqual([]);
      await expect(store.putFile('recordings/b.pcm', path)).rejects.toEqual(failed('LH_INTERNAL'));
    });

    it('can be a copy of a file, which stays', async () => {
      const path = join(base, 'source');
      const seen: number[] = [];
      await writeFile(path, 'first');
      const onProgress = (bytes: number): void => void seen.push(bytes);
      expect(await store.putCopy('sources/a', path, sha256('first'), { onProgress })).toBe('created');
      expect(seen.at(-1)).toBe(5);
      expect(await store.putCopy('sources/a', path, sha256('first'))).toBe('existed');
      expect(await readFile(path, 'utf8')).toBe('first');
      expect((await store.get('sources/a'))!.toString()).toBe('first');
      expect(await temporaries()).toEqual([]);
    });

    it(
      'is no copy of a file with other bytes, nor one that was given up',
      { timeout: TIME_LIMIT },
      async () => {
        const path = join(base, 'changed');
        const text = 'x'.repeat(12 * 1024 * 1024);
        await writeFile(path, `${text}y`);
        const copying = store.putCopy('sources/a', path, sha256(text));
        await expect(copying).rejects.toEqual(failed('LH_SOURCE_CHANGED'));
        const gone = store.putCopy('sources/a', join(base, 'gone'), sha256(text));
        await expect(gone).rejects.toEqual(failed('LH_SOURCE_CHANGED'));
        const controller = new AbortController();
        const stopped = store.putCopy('sources/a', path, sha256(`${text}y`), {
          signal: controller.signal,
          onProgress: (bytes) => bytes > 9e6 && controller.abort(new Error('given up')),
        });
        await expect(stopped).rejects.toThrow('given up');
        expect(await store.has('sources/a')).toBe(false);
        expect(await temporaries()).toEqual([]);
      },
    );

    it('is read from a path', { timeout: TIME_LIMIT }, async () => {
      const bytes = Buffer.alloc(20 * 1024 * 1024, '0123456');
      const path = join(base, 'large');
      await writeFile(path, bytes);
      await store.putFile('recordings/a.pcm', path);
      await using scratch = await store.scratch('fetch');
      const local = join(scratch.path, 'a.pcm');
      await store.fetch('recordings/a.pcm', local);
      expect(bytes.equals(await readFile(local))).toBe(true);
      const none = store.fetch('none', join(scratch.path, 'none'));
      await expect(none).rejects.toEqual(failed('LH_STORE_MISSING', /none/));
    });
  });

  describe('a list', () => {
    const keysOf = async (prefix: string): Promise<string[]> => {
      const keys: string[] = [];
      for await (const { key } of store.list(prefix)) keys.push(key);
      return keys.sort();
    };

    it('has the values whose keys begin so, with their bytes and time', async () => {
      const keys = [
        'jobs/a.1/sections/0.json',
        'jobs/a.1/source',
        'jobs/a.b.2/source',
        'jobs/ab/x',
        'users/a',
      ];
      const before = Date.now();
      for (const key of keys) await store.put(key, Buffer.from('1234'));
      expect(await keysOf('')).toEqual(keys);
      expect(await keysOf('jobs/')).toEqual(keys.slice(0, 4));
      expect(await keysOf('jobs/a.')).toEqual(keys.slice(0, 3));
      expect(await keysOf('jobs/a.1/')).toEqual(keys.slice(0, 2));
      expect(await keysOf('none/')).toEqual([]);
      for await (const { bytes, modified } of store.list('users/')) {
        expect(bytes).toBe(4);
        // A server's clock counts whole seconds.
        expect(Math.abs(modified - before)).toBeLessThan(TIME_LIMIT);
      }
    });

    it('is none of what is half-written', async () => {
      await using scratch = await store.scratch('job');
      await writeFile(join(scratch.path, 'file'), 'x');
      await store.put('a', Buffer.from('x'));
      expect(await keysOf('')).toEqual(['a']);
    });

    it('of more than a server tells at once is whole', { timeout: 2 * TIME_LIMIT }, async () => {
      const keys = Array.from({ length: 1005 }, (_, index) => `users/${String(index).padStart(4, '0')}`);
      for (let from = 0; from < keys.length; from += 15)
        await Promise.all(keys.slice(from, from + 15).map((key) => store.mark(key)));
      expect(await keysOf('users/')).toEqual(keys);
    });
  });

  describe('a mark', () => {
    it('is an empty value whose time each renews', { timeout: TIME_LIMIT }, async () => {
      const timeOf = async (): Promise<number> => {
        for await (const { key, modified } of store.list('users/')) if (key === 'users/a') return modified;
        return 0;
      };
      await store.mark('users/a');
      const first = await timeOf();
      // Servers count whole seconds.
      await sleep(1100);
      await store.put('users/a', Buffer.alloc(0));
      expect(await timeOf()).toBe(first);
      await store.mark('users/a');
      expect(await timeOf()).toBeGreaterThan(first);
      expect(await store.get('users/a')).toHaveLength(0);
    });
  });

  describe('a key', () => {
    it.each([
      '',
      '/a',
      'a/',
      'a//b',
      '../a',
      'a/../b',
      'a..b',
      '.tmp/a',
      'A',
      'a b',
      'a\\b',
      'a\n',
      '-a',
      'é',
    ])('%j is refused', async (key) => {
      await expect(store.put(key, Buffer.from(''))).rejects.toEqual(failed('LH_INTERNAL'));
      expect(() => store.uri(key)).toThrow('store key');
    });
  });

  describe('processes', () => {
    const size = 4 * 1024 * 1024;

    it.each([
      ['bytes', size],
      ['a file', 5 * size],
    ])('that put %s under the same key agree on one', { timeout: TIME_LIMIT }, async (what, length) => {
      const putters = await Promise.all(
        ['a', 'b', 'c'].map((fill) => {
          const path = what === 'bytes' ? '' : join(base, `putter-${fill}`);
          return startPutter(child, kind.url, { key: 'key', fill, size: length, path });
        }),
      );
      for (const putter of putters) putter.go();
      const answers = await Promise.all(putters.map(({ answer }) => answer));
      expect([...answers].sort()).toEqual(['created', 'existed', 'existed']);
      const winner = Buffer.alloc(length, 'abc'[answers.indexOf('created')]);
      expect(winner.equals((await store.get('key'))!)).toBe(true);
      expect(await temporaries()).toEqual([]);
    });
  });

  describe('scratch', () => {
    it('is a folder of its own that goes with its activity, however that ends', async () => {
      const work = async (): Promise<void> => {
        await using first = await store.scratch('Job 1/Ä');
        await using second = await store.scratch('Job 1/Ä');
        expect(first.path).not.toBe(second.path);
        await mkdir(join(first.path, 'deep'));
        await writeFile(join(first.path, 'deep', 'file'), 'x');
        throw new Error('ended');
      };
      await expect(work()).rejects.toThrow('ended');
      expect(await temporaries()).toEqual([]);
    });

    it('outlives a sweep while its process lives', async () => {
      await using scratch = await store.scratch('job');
      expect(await store.sweep()).toBe(0);
      expect(await readdir(scratch.path)).toEqual([]);
    });
  });

  describe('leftovers', () => {
    it('of a process that had the same id are told apart by its start', async () => {
      const [label, space, pid, start, random] = (await ownedName('put')).split('~');
      const former = [label, space, pid, '00000000', random].join('~');
      expect(await ownerState(former)).toBe('dead');
      expect(await ownerState([label, space, pid, start, random].join('~'))).toBe('alive');
      await mkdir(join(kind.temporary, former), { recursive: true });
      expect(await store.sweep()).toBe(1);
    });

    it('of another machine, or of nobody, stay for a day', async () => {
      const foreign = join(kind.temporary, 'put~ffffffff~1~1~ab');
      const nobody = join(kind.temporary, 'notes');
      await mkdir(kind.temporary, { recursive: true });
      await writeFile(foreign, '');
      await writeFile(nobody, '');
      expect(await store.sweep()).toBe(0);
      const old = Date.now() / 1000 - 25 * 3600;
      await utimes(foreign, old, old);
      expect(await store.sweep()).toBe(1);
      expect(await temporaries()).toEqual(['notes']);
    });
  });
}
