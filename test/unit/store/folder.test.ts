import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFolderStore } from '../../../activities/store/folder.ts';
import { ownedName, ownerState } from '../../../activities/store/owner.ts';
import type { Store } from '../../../activities/store/store.ts';
import { asOrdinaryUser } from '../../support/user.ts';
import { makeChild, startPutter } from './child.ts';

const TIME_LIMIT = 30_000;
const failed = (code: string, message: RegExp = /^Expected /): unknown =>
  expect.objectContaining({ name: 'LonghandError', code, message: expect.stringMatching(message) as string });

let base = '';
let root = '';
let store: Store;
let child = '';

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'longhand-store-'));
  await chmod(base, 0o755);
  child = await makeChild(join(base, 'child'));
});
afterAll(() => rm(base, { recursive: true, force: true }));
beforeEach(async () => {
  root = await mkdtemp(join(base, 'store-'));
  store = await openFolderStore(root);
});

const temporaries = (): Promise<string[]> => readdir(join(root, '.tmp'));

describe('a value', () => {
  it('is committed once: the first bytes stay', async () => {
    expect(await store.has('chunks/ab/x.json')).toBe(false);
    expect(await store.get('chunks/ab/x.json')).toBeNull();
    expect(await store.size('chunks/ab/x.json')).toBeNull();
    expect(await store.put('chunks/ab/x.json', Buffer.from('first'))).toBe('created');
    expect(await store.put('chunks/ab/x.json', Buffer.from('second'))).toBe('existed');
    expect((await store.get('chunks/ab/x.json'))!.toString()).toBe('first');
    expect(await store.size('chunks/ab/x.json')).toBe(5);
    expect(await readFile(fileURLToPath(store.uri('chunks/ab/x.json')), 'utf8')).toBe('first');
    expect(await temporaries()).toEqual([]);
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
});

describe('a key', () => {
  it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', 'a..b', '.tmp/a', 'A', 'a b', 'a\\b', 'a\n', '-a', 'é'])(
    '%j is refused',
    async (key) => {
      await expect(store.put(key, Buffer.from(''))).rejects.toEqual(failed('LH_INTERNAL'));
      expect(() => store.uri(key)).toThrow('store key');
    },
  );
});

describe('processes', () => {
  it('that put the same key agree on one', { timeout: TIME_LIMIT }, async () => {
    const size = 4 * 1024 * 1024;
    const putters = await Promise.all(
      ['a', 'b', 'c'].map((fill) => startPutter(child, root, 'key', fill, size)),
    );
    for (const putter of putters) putter.go();
    const answers = await Promise.all(putters.map(({ answer }) => answer));
    expect([...answers].sort()).toEqual(['created', 'existed', 'existed']);
    const winner = Buffer.alloc(size, 'abc'[answers.indexOf('created')]);
    expect(winner.equals((await store.get('key'))!)).toBe(true);
    expect(await temporaries()).toEqual([]);
  });

  it('killed in the middle of a put leave nothing to be seen', { timeout: TIME_LIMIT }, async () => {
    const size = 256 * 1024 * 1024;
    const putter = await startPutter(child, root, 'key', 'a', size);
    putter.go();
    while ((await temporaries()).length === 0) await sleep(1);
    putter.process.kill('SIGKILL');
    expect(await putter.answer).toBeNull();
    expect(await store.has('key')).toBe(false);

    expect(await temporaries()).toHaveLength(1);
    expect(await store.sweep()).toBe(1);
    expect(await temporaries()).toEqual([]);
    expect(await store.put('key', Buffer.from('next'))).toBe('created');
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
    const former = [label, space, pid, `${Number(start) - 1}`, random].join('~');
    expect(await ownerState(former)).toBe('dead');
    expect(await ownerState([label, space, pid, start, random].join('~'))).toBe('alive');
    await mkdir(join(root, '.tmp', former));
    expect(await store.sweep()).toBe(1);
  });

  it('of another machine, or of nobody, stay for a day', async () => {
    const foreign = join(root, '.tmp', 'put~ffffffff~1~1~ab');
    const nobody = join(root, '.tmp', 'notes');
    await writeFile(foreign, '');
    await writeFile(nobody, '');
    expect(await store.sweep()).toBe(0);
    const old = Date.now() / 1000 - 25 * 3600;
    await utimes(foreign, old, old);
    expect(await store.sweep()).toBe(1);
    expect(await temporaries()).toEqual(['notes']);
  });
});

describe('a disk', () => {
  it('that may not be written is named', async () => {
    await mkdir(join(root, 'chunks'));
    await chmod(join(root, '.tmp'), 0o555);
    await chmod(root, 0o555);
    await asOrdinaryUser(async () => {
      await expect(store.put('chunks/a', Buffer.from('x'))).rejects.toEqual(
        failed('LH_NOT_WRITABLE', /chunks\/a/),
      );
      await expect(store.scratch('job')).rejects.toEqual(failed('LH_NOT_WRITABLE'));
      await expect(openFolderStore(join(root, 'new'))).rejects.toEqual(failed('LH_NOT_WRITABLE', /\/new/));
    });
    await chmod(root, 0o755);
  });

  it.skipIf(process.platform === 'win32')(
    'that takes no more is named',
    { timeout: TIME_LIMIT },
    async () => {
      const putter = await startPutter(child, root, 'key', 'a', 2 * 1024 * 1024, 'ulimit -f 1024');
      putter.go();
      expect(await putter.answer).toBe('LH_DISK_FULL');
      expect(await store.has('key')).toBe(false);
      expect(await temporaries()).toEqual([]);
    },
  );

  it('that is full is named with what was needed, and keeps nothing', async ({ skip }) => {
    const disk = join(root, 'disk');
    await mkdir(disk);
    const refusal = mountSmallDisk(disk);
    skip(refusal !== null, `no disk of 1 MiB to be had: ${refusal}`);
    try {
      const small = await openFolderStore(disk);
      const bytes = Buffer.alloc(2 * 1024 * 1024);
      const full = failed('LH_DISK_FULL', /room for 2097152 bytes at .*\/disk\/a, /);
      await expect(small.put('a', bytes)).rejects.toEqual(full);
      expect(await small.has('a')).toBe(false);
      await writeFile(join(base, 'big'), bytes);
      await expect(small.putFile('a', join(base, 'big'))).rejects.toEqual(full);
      expect(await small.has('a')).toBe(false);
      expect(await readdir(join(disk, '.tmp'))).toEqual([]);
      expect(await small.put('a', Buffer.from('x'))).toBe('created');
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

/** Mounts a disk of 1 MiB at `path`; gives why this user may not, or null. */
function mountSmallDisk(path: string): string | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
