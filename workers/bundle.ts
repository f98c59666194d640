/** Build step: bundles the workflows ahead of time, so that a worker starts in well under a second. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

export const BUNDLE = fileURLToPath(new URL('../workflows.bundle.js', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const workflowsPath = fileURLToPath(new URL('../workflows/index.js', import.meta.url));
  const quiet = () => undefined;
  const complain = (message: string) => void process.stderr.write(`${message}\n`);
  const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: complain, error: complain };
  const { code } = await bundleWorkflowCode({ workflowsPath, logger });
  await writeFile(BUNDLE, code);
}
