import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endAll } from './processes.ts';

export interface TestHome extends AsyncDisposable {
  readonly path: string;
}

/**
 * A home of the test's own that shares what is fetched and built with the machine's. Disposing it ends every
 * process that was started on it, and removes it.
 */
export async function testHome(): Promise<TestHome> {
  const shared = process.env.LONGHAND_TEST_HOME;
  if (!shared) throw new Error('Expected LONGHAND_TEST_HOME to be set by test/support/global-setup.ts');
  const path = await mkdtemp(join(tmpdir(), 'longhand-test-'));
  for (const folder of ['models', 'graphs', 'tools']) {
    await mkdir(join(shared, folder), { recursive: true });
    await symlink(join(shared, folder), join(path, folder));
  }
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await endAll(path);
      await rm(path, { recursive: true, force: true });
    },
  };
}
