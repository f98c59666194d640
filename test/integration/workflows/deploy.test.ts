/** A deploy of media workers by build, in the middle of a run. */
import { fileURLToPath } from 'node:url';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { temporal } from '@temporalio/proto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mediaPollers } from '../../../client/pollers.ts';
import { activityPollers } from '../../../workers/activity-pollers.ts';
import { DEPLOYMENT, deploymentOf } from '../../../workers/deployment.ts';
import { workerIdentity } from '../../../workers/identity.ts';
import { gpuQueue, MEDIA_QUEUE } from '../../../workflows/contract.ts';
import { gate } from '../../support/gate.ts';
import { until } from '../../support/until.ts';
import { Bench, requestOf } from './bench.ts';
import { makeFakes, said, SECONDS, type Fakes } from './fakes.ts';
import { bundleWorkflows } from './server.ts';

/** More than run at once, so that some begin after the deploy. */
const SECTIONS = 5;

const { EVENT_TYPE_WORKFLOW_TASK_COMPLETED, EVENT_TYPE_WORKFLOW_TASK_FAILED } =
  temporal.api.enums.v1.EventType;

let bench: Bench;
/** Workflows that no history of the others can be replayed with. */
let changed: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  const other = fileURLToPath(new URL('../replay/changed/index.ts', import.meta.url));
  [bench, changed] = await Promise.all([Bench.start(), bundleWorkflows(other)]);
});
afterAll(() => bench[Symbol.asyncDispose]());

async function mediaWorker(
  buildId: string,
  { activities }: Fakes,
  workflowBundle: WorkflowBundleWithSourceMap,
): Promise<Worker> {
  return Worker.create({
    connection: bench.server.nativeConnection,
    identity: await workerIdentity('media'),
    taskQueue: MEDIA_QUEUE,
    activities,
    workflowBundle,
    stickyQueueScheduleToStartTimeout: '1s',
    workerDeploymentOptions: deploymentOf(buildId),
  });
}

/** Has new transcriptions begin on a build, once its workers are known to the server. */
async function setCurrent(buildId: string): Promise<void> {
  const { workflowService, options } = bench.client;
  const { namespace } = options;
  await until(
    () =>
      workflowService
        .setWorkerDeploymentCurrentVersion({ namespace, deploymentName: DEPLOYMENT, buildId })
        .then(() => true)
        .catch(() => false),
    `Expected the server to know the build ${buildId}`,
  );
}

/** The builds that took a workflow further, and how often its code did not fit its history. */
async function stepsOf(workflowId: string): Promise<{ builds: Set<string>; failed: number }> {
  const { events } = await bench.history(workflowId);
  const done = (events ?? []).filter((event) => event.eventType === EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
  return {
    builds: new Set(
      done.map((event) => event.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId ?? 'none'),
    ),
    failed: (events ?? []).filter((event) => event.eventType === EVENT_TYPE_WORKFLOW_TASK_FAILED).length,
  };
}

it('leaves a run and its sections on the build that began it, and begins new ones on the next', async () => {
  const { passed, open } = gate();
  const fakes = makeFakes({
    sections: Array<number>(SECTIONS).fill(20 * SECONDS),
    transcribe: (request) => passed.then(() => said(request)),
  });
  const one = await mediaWorker('1.0.0', fakes, bench.workflowBundle);
  const two = await mediaWorker('2.0.0', fakes, changed);
  await one.runUntil(async () => {
    await setCurrent('1.0.0');
    // A gpu worker, which knows of no build, serves both.
    await bench.serving(fakes, gpuQueue('base'), async () => {
      const handle = await bench.start(requestOf());
      await until(() => fakes.requests.length > 0, 'Expected a chunk to begin');
      await two.runUntil(async () => {
        await setCurrent('2.0.0');
        const next = await bench.start(requestOf());
        await next.result();
        expect(await stepsOf(next.workflowId)).toEqual({ builds: new Set(['2.0.0']), failed: 0 });
        open();
        expect(await handle.result()).toMatchObject({ sections: SECTIONS, segments: SECTIONS, gaps: 0 });
        // Clients and workers that look for media workers see those with builds.
        expect(await mediaPollers(bench.client)).toHaveLength(1);
        const { client } = bench;
        expect(await activityPollers(client, client.options.namespace, MEDIA_QUEUE)).not.toHaveLength(0);
      });
      const children = await bench.childrenOf(handle.workflowId);
      expect(children).toHaveLength(SECTIONS);
      for (const id of [handle.workflowId, ...children]) {
        expect(await stepsOf(id)).toEqual({ builds: new Set(['1.0.0']), failed: 0 });
      }
    });
  });
}, 90_000);
