import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { acquire, tryAcquire } from '../../../models/cache/lock.ts';
import { Child } from './children.ts';
import { compileCache } from './compiled.ts';

let root: string;
let cache: string;
let path: string;
let count = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'longhand-lock-'));
  cache = await compileCache(join(root, 'js'));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(() => {
  path = join(root, `case-${++count}`, 'lock');
});

/** Takes the lock at argv[1], says so, and keeps it. */
const holding = () => `
  import { acquire } from '${cache}/lock.js';
  await acquire(process.argv[1]);
  console.log('held');
  setInterval(() => {}, 1000);
`;

/**
 * Takes the lock argv[3] times. Inside, adds one to the number in argv[2] by reading, pausing and writing: two
 * holders at once would lose a count, and find the other's mark.
 */
const counting = () => `
  import { readFile, rename, rm, writeFile } from 'node:fs/promises';
  import { setTimeout as sleep } from 'node:timers/promises';
  import { acquire } from '${cache}/lock.js';
  const [, path, counter, times, dies] = process.argv;
  for (let i = 1; i <= Number(times); i++) {
    const lock = await acquire(path);
    // Fails where another holder's mark is there.
    await writeFile(counter + '.inside', '', { flag: 'wx' });
    const value = Number(await readFile(counter, 'utf8').catch(() => '0'));
    await sleep(Math.random() * 3);
    await writeFile(counter + '.next', String(value + 1));
    await rename(counter + '.next', counter);
    await rm(counter + '.inside');
    if (dies && i === Number(times)) process.kill(process.pid, 'SIGKILL');
    await lock.release();
  }
`;

describe('the lock among processes', () => {
  test('lets one in at a time', { timeout: 60_000 }, async () => {
    const counter = join(root, 'counter');
    const children = Array.from({ length: 8 }, () => new Child(counting(), path, counter, '25'));
    const statuses = await Promise.all(children.map((child) => child.ended));
    expect(statuses).toEqual(Array(8).fill(0));
    expect(await readFile(counter, 'utf8')).toBe('200');
    // One generation stays: the authority.
    expect(await readdir(join(path, '..'))).toEqual(['lock.200']);
  });

  test('lets one in at a time while holders are killed', { timeout: 60_000 }, async () => {
    const counter = join(root, 'counter-killed');
    const dying = Array.from({ length: 5 }, () => new Child(counting(), path, counter, '4', 'dying'));
    const living = Array.from({ length: 3 }, () => new Child(counting(), path, counter, '20'));
    expect(await Promise.all(living.map((child) => child.ended))).toEqual([0, 0, 0]);
    expect(await Promise.all(dying.map((child) => child.ended))).toEqual(Array(5).fill(null));
    expect(await readFile(counter, 'utf8')).toBe('80');
  });

  test('is free at once when its holder is killed', { timeout: 20_000 }, async () => {
    const child = new Child(holding(), path);
    expect(await child.line()).toBe('held');
    const busy = await tryAcquire(path);
    expect(busy).toMatchObject({ holder: { pid: child.process.pid } });
    await child.kill();
    const taken = await tryAcquire(path);
    expect('lock' in taken).toBe(true);
  });

  test('is waited for, and given on when the holder dies', { timeout: 40_000 }, async () => {
    const child = new Child(holding(), path);
    await child.line();
    const holders: number[] = [];
    const waiting = acquire(path, { onWait: ({ pid }) => holders.push(pid) });
    await expect.poll(() => holders, { timeout: 15_000 }).toEqual([child.process.pid]);
    await child.kill();
    const lock = await waiting;
    expect(lock.holder.pid).toBe(process.pid);
    expect(holders).toHaveLength(1);
    await lock.release();
  });
});
