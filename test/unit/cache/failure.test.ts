import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { LonghandError } from '../../../workflows/errors.ts';
import { diskFailure, reasonOf } from '../../../models/cache/failure.ts';

const errorOf = async (promise: Promise<unknown>): Promise<unknown> =>
  await promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('diskFailure', { timeout: 5_000 }, () => {
  test.skipIf(process.platform !== 'linux')('knows a full disk', async () => {
    const full = await errorOf(writeFile('/dev/full', 'x'));
    expect(diskFailure(full, '/home')).toMatchObject({
      code: 'LH_DISK_FULL',
      message: 'Expected room on the disk of /home, but it is full.',
    });
  });

  test('knows a folder that cannot be made', async () => {
    const blocked = await errorOf(mkdir('/dev/null/folder', { recursive: true }));
    expect(diskFailure(blocked, '/home')).toMatchObject({ code: 'LH_NOT_WRITABLE' });
  });

  test('leaves other errors alone', async () => {
    expect(diskFailure(await errorOf(readFile('/nowhere')), '/home')).toBeNull();
    expect(diskFailure(new LonghandError('LH_CHECKSUM', 'x'), '/home')).toBeNull();
    expect(diskFailure(undefined, '/home')).toBeNull();
  });
});

describe('reasonOf', { timeout: 5_000 }, () => {
  test('finds the cause that the built-in fetch hides, in one line', async () => {
    expect(reasonOf(await errorOf(fetch('http://127.0.0.1:1')))).toMatch(
      /^(connect ECONNREFUSED|bad port)[^\n]*$/,
    );
    expect(reasonOf(new Error('\n  first\n second'))).toBe('first');
    expect(reasonOf(new LonghandError('LH_CHECKSUM', 'Other bytes.'))).toBe('LH_CHECKSUM Other bytes.');
  });
});
