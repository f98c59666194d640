import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acquire, tryAcquire } from '../../../models/cache/lock.ts';
import { processStart } from '../../../models/cache/process-identity.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (generation: number, holder: object) =>
  await writeFile(`${path}.${generation}`, JSON.stringify(holder));

describe('the lock', { timeout: 10_000 }, () => {
  test('excludes the tasks of one process, and is free after release', async () => {
    const lock = await acquire(path);
    expect(await tryAcquire(path)).toEqual({ holder: lock.holder });
    await lock.release();
    const again = await tryAcquire(path);
    expect('lock' in again).toBe(true);
    // A second release takes nothing from the next holder.
    await lock.release();
    expect('holder' in (await tryAcquire(path))).toBe(true);
  });

  test('is released at the end of its scope', async () => {
    {
      await using lock = await acquire(path);
      expect(lock.holder.pid).toBe(process.pid);
    }
    expect('lock' in (await tryAcquire(path))).toBe(true);
  });

  test('is free where the holder died and another process got its number', async () => {
    await write(3, { pid: process.pid, start: 'another boot:1', nonce: 'x' });
    expect('lock' in (await tryAcquire(path))).toBe(true);
    expect(await readdir(folder)).toEqual(['lock.4']);
  });

  test('is held where the highest generation is alive, whatever lower ones say', async () => {
    const holder = { pid: process.pid, start: await processStart(process.pid), nonce: 'x' };
    await writeFile(`${path}.1`, '');
    await write(10, holder);
    await write(9, { ...holder, pid: 1 });
    expect(await tryAcquire(path)).toEqual({ holder });
  });

  test('is free where a loss of power emptied its file', async () => {
    await writeFile(`${path}.5`, '');
    expect('lock' in (await tryAcquire(path))).toBe(true);
  });

  test('removes drafts of killed takers, and leaves other locks alone', async () => {
    await writeFile(`${path}.new-1-abc`, '');
    await writeFile(join(folder, 'lock.other.7'), '');
    await mkdir(join(folder, 'lock.d'));
    await acquire(path);
    expect((await readdir(folder)).sort()).toEqual(['lock.1', 'lock.d', 'lock.other.7']);
  });

  test('ends its waiting with the reason of the signal', async () => {
    await acquire(path);
    const waiting = acquire(path, { signal: AbortSignal.timeout(150) });
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('processStart', { timeout: 10_000 }, () => {
  test('is the same twice for a living process, and null for none', async () => {
    const start = await processStart(process.pid);
    expect(start).not.toBeNull();
    expect(await processStart(process.pid)).toBe(start);
    expect(await processStart(process.ppid)).not.toBe(start);
    expect(await processStart(2 ** 22 + 1)).toBeNull();
  });
});
