import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFolderStore } from '../../../activities/store/folder.ts';
import type { Store } from '../../../activities/store/store.ts';
import { asOrdinaryUser } from '../../support/user.ts';
import { makeChild, startPutter } from './child.ts';
import { failed, storeContract } from './contract.ts';

const TIME_LIMIT = 30_000;
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

describe('a folder store', () => {
  storeContract(async () => {
    const folder = await mkdtemp(join(base, 'contract-'));
    return { url: folder, temporary: join(folder, '.tmp') };
  });

  it('keeps values as files', async () => {
    await store.put('chunks/ab/x.json', Buffer.from('first'));
    expect(await readFile(fileURLToPath(store.uri('chunks/ab/x.json')), 'utf8')).toBe('first');
  });
});

describe('the folder of values that are deleted', () => {
  it('goes with the last, and comes back for the next, also for one who writes in that moment', async () => {
    const put = async (index: number): Promise<void> => {
      for (let round = 0; round < 50; round += 1) {
        await store.put(`jobs/a/${index}`, Buffer.from('x'));
        await store.delete(`jobs/a/${index}`);
      }
    };
    await Promise.all([0, 1, 2, 3].map(put));
    expect(await readdir(root)).toEqual(['.tmp']);
    await store.put('jobs/a/1', Buffer.from('x'));
    await store.put('jobs/b', Buffer.from('x'));
    await store.delete('jobs/a/1');
    expect(await readdir(join(root, 'jobs'))).toEqual(['b']);
  });
});

describe('processes', () => {
  it('killed in the middle of a put leave nothing to be seen', { timeout: TIME_LIMIT }, async () => {
    const size = 256 * 1024 * 1024;
    const diesAt = join(root, '.tmp');
    const putter = await startPutter(child, root, { key: 'key', fill: 'a', size, diesAt });
    putter.go();
    expect(await putter.answer).toBeNull();
    expect(await store.has('key')).toBe(false);

    expect(await temporaries()).toHaveLength(1);
    expect(await store.sweep()).toBe(1);
    expect(await temporaries()).toEqual([]);
    expect(await store.put('key', Buffer.from('next'))).toBe('created');
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
      const putter = await startPutter(child, root, {
        key: 'key',
        fill: 'a',
        size: 2 * 1024 * 1024,
        limit: 'ulimit -f 1024',
      });
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
