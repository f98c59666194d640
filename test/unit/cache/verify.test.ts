import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Artifact } from '../../../models/cache/artifact.ts';
import { writeChecked } from '../../../models/cache/checked-file.ts';
import { verify, verifyChanged } from '../../../models/cache/verify.ts';

const BYTES = Buffer.from('weights of a small model');
const FILE = { name: 'a.bin', size: BYTES.length, sha256: createHash('sha256').update(BYTES).digest('hex') };
const ARTIFACT: Artifact = {
  kind: 'models',
  name: 'm',
  version: '1',
  files: [FILE],
  sources: [],
  byHand: '',
};

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-verify-'));
  path = join(folder, FILE.name);
  await writeFile(path, BYTES);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const flipped = () => {
  const bytes = Buffer.from(BYTES);
  bytes[3]! ^= 1;
  return bytes;
};

describe('verification', { timeout: 10_000 }, () => {
  test('finds nothing wrong with good files, a missing file, and a wrong size', async () => {
    expect(await verify(folder, ARTIFACT)).toEqual([]);
    await writeFile(path, 'short');
    expect(await verify(folder, ARTIFACT)).toEqual([
      { file: 'a.bin', problem: `expected ${BYTES.length} bytes, got 5` },
    ]);
    await rm(path);
    expect(await verify(folder, ARTIFACT)).toEqual([{ file: 'a.bin', problem: 'missing' }]);
  });

  test('finds a flipped bit, also where the time of modification was put back', async () => {
    expect(await verifyChanged(folder, ARTIFACT)).toEqual([]);
    const { atime, mtime } = await stat(path);
    await sleep(20);
    await writeFile(path, flipped());
    await utimes(path, atime, mtime);
    expect(await verifyChanged(folder, ARTIFACT)).toHaveLength(1);
    expect((await verify(folder, ARTIFACT))[0]?.problem).toMatch(/expected sha256 .* got /);
  });

  test('reads a file it knows as good no second time', async () => {
    const stamps = join(folder, '.verified.json');
    await verifyChanged(folder, ARTIFACT);
    // Rot that leaves no trace in the file system: the stamps are made to fit the damaged file.
    const fit = JSON.parse(await readFile(stamps, 'utf8')) as Record<string, string>;
    await writeFile(path, flipped());
    const { size, ino, ctimeMs } = await stat(path);
    await writeFile(stamps, JSON.stringify({ ...fit, [FILE.name]: `${size}:${ino}:${ctimeMs}` }));
    expect(await verifyChanged(folder, ARTIFACT)).toEqual([]);
    expect(await verify(folder, ARTIFACT)).toHaveLength(1);
  });

  test('verifies again, and remembers, where only the permissions changed', async () => {
    await verifyChanged(folder, ARTIFACT);
    const before = await readFile(join(folder, '.verified.json'), 'utf8');
    await sleep(20);
    await chmod(path, 0o600);
    expect(await verifyChanged(folder, ARTIFACT)).toEqual([]);
    expect(await readFile(join(folder, '.verified.json'), 'utf8')).not.toBe(before);
  });
});

describe('writeChecked', { timeout: 10_000 }, () => {
  const target = { ...FILE, name: 'b.bin' };
  const pieces = async function* (bytes: Buffer) {
    for (let at = 0; at < bytes.length; at += 5) yield await Promise.resolve(bytes.subarray(at, at + 5));
  };

  test('writes what has the size and hash of the catalogue', async () => {
    let count = 0;
    await writeChecked(folder, target, pieces(BYTES), (bytes) => (count += bytes));
    expect((await readFile(join(folder, 'b.bin'))).equals(BYTES)).toBe(true);
    expect(count).toBe(BYTES.length);
  });

  test.each([
    ['fewer bytes', BYTES.subarray(1), 'but got 23'],
    ['more bytes', Buffer.concat([BYTES, BYTES]), 'but got more'],
    ['other bytes', flipped(), 'with sha256'],
  ])('refuses %s', async (_, bytes, message) => {
    const writing = writeChecked(folder, target, pieces(bytes));
    await expect(writing).rejects.toMatchObject({
      code: 'LH_CHECKSUM',
      message: expect.stringContaining(message) as string,
    });
  });
});
