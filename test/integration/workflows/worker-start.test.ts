import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBundle } from '../../../workers/bundle.ts';
import { ROOT } from '../../support/root.ts';
import { startServer } from './server.ts';

/** Milliseconds; of the processor, for those of the clock are the machine's. */
const LIMIT = 1000;

let server: TestWorkflowEnvironment;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.teardown());

/** Milliseconds of the processor until a worker of the built workflows may take work. */
async function start(taskQueue: string): Promise<number> {
  const before = process.cpuUsage();
  const worker = await Worker.create({
    connection: server.nativeConnection,
    taskQueue,
    workflowBundle: await readBundle(join(ROOT, 'dist/workflows.bundle.js.gz')),
  });
  const { user, system } = process.cpuUsage(before);
  await worker.runUntil(Promise.resolve());
  return (user + system) / 1000;
}

it('a worker with the workflows bundled ahead starts in less than a second', async () => {
  const took: number[] = [];
  // The least of them: what else the machine does weighs on some.
  for (const queue of ['one', 'two', 'three']) took.push(await start(queue));
  expect(Math.min(...took)).toBeLessThan(LIMIT);
});

it('it has the steps of the text loaded before its first workflow', async () => {
  const { code } = await readBundle(join(ROOT, 'dist/workflows.bundle.js.gz'));
  // What `package.json` does not name among `sideEffects` is left out of a bundle, and each workflow then pays for it.
  expect(code).toMatch(/preloadModules\(\) \{\s*__webpack_require__\([^)]*workflows\/text\/warm\.js"\)/);
});
