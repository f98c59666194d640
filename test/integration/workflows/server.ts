import { bundleWorkflowCode, DefaultLogger, Runtime } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { fileURLToPath } from 'node:url';
import { longhandHome } from '../../../models/home.ts';
import { locateTemporalCli } from '../../../workers/supervisor/temporal-cli.ts';

const logger = new DefaultLogger('ERROR');

/** A real Temporal server on a free port, its database in memory. Call `teardown` in the end. */
export async function startServer(...extraArgs: string[]): Promise<TestWorkflowEnvironment> {
  Runtime.install({ logger, shutdownSignals: [] });
  const path = await locateTemporalCli({ home: longhandHome() });
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path },
      extraArgs,
      log: { format: 'json', level: 'error' },
    },
  });
}

/** Bundles workflows as a worker does; by default those of the source as it is now. */
export function bundleWorkflows(
  workflowsPath = fileURLToPath(new URL('../../../workflows/index.ts', import.meta.url)),
  workflowInterceptorModules: string[] = [],
): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, logger });
}
