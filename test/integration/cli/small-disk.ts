import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../support/until.ts';

/** Mounts a disk of that size, in the words of mount(8), at a folder, until it is disposed. */
export async function mountAt(folder: string, size: string) {
  await mkdir(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  return {
    resize: (to: string) => execFileSync('mount', ['-o', `remount,size=${to}`, folder]),
    mayBeWritten: (may: boolean) => execFileSync('mount', ['-o', `remount,${may ? 'rw' : 'ro'}`, folder]),
    [Symbol.asyncDispose]: async () => {
      await until(() => unmount(folder), `Expected ${folder} to be let go`);
    },
  };
}

function unmount(folder: string): boolean {
  try {
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Whether this user may mount a disk of its own; says so where not. */
export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'longhand-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', folder], { stdio: 'ignore' });
    return unmount(folder);
  } catch {
    process.stderr.write('Skipped: the tests of a full disk, for this user may not mount a small one\n');
    return false;
  } finally {
    rmdirSync(folder);
  }
}
