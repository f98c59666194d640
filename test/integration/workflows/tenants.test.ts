/** Whose chunks a device takes first, on a server with the settings of the embedded one. */
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Longhand } from '../../../client/index.ts';
import { turnOf, type PriorityName } from '../../../activities/request/priority.ts';
import { startOrAttach, type Started } from '../../../client/start.ts';
import { FAIRNESS } from '../../../workers/supervisor/server.ts';
import { QUEUE_TYPES } from '../../../workflows/pollers.ts';
import { gate } from '../../support/gate.ts';
import { until } from '../../support/until.ts';
import { Bench, requestOf } from './bench.ts';
import { makeFakes, outOfMemory, rungOf, said, SECONDS } from './fakes.ts';

/** Chunks of what holds up the others, and of the others; each in two sections, which run as children. */
const FLOOD = 40;
const FEW = 6;
const SECTIONS = 2;
const CHUNK = 3 * SECONDS;

let bench: Bench;
beforeAll(async () => {
  // A count of what waits that is not some seconds old.
  bench = await Bench.start(
    ...FAIRNESS,
    '--dynamic-config-value',
    'matching.TaskQueueInfoByBuildIdTTL="50ms"',
  );
});
afterAll(() => bench[Symbol.asyncDispose]());

interface Job {
  readonly name: string;
  readonly chunks: number;
  readonly tenant?: string;
  readonly priority?: PriorityName;
}

function begin({ name, tenant, priority }: Omit<Job, 'chunks'>, asked = requestOf()): Promise<Started> {
  const request = { ...asked, source: { ...asked.source, name }, tenant: tenant ?? null };
  return startOrAttach(bench.client, request, {
    priority,
    filesAreThere: () => Promise.resolve(true),
    outlast: () => Promise.reject(new Error('Expected nothing to be waited for')),
  });
}

let queues = 0;

/** Queues jobs, one after the other, while the only slot of a worker is taken. Gives whose chunks it then did, in order. */
async function served(...jobs: readonly Job[]): Promise<string[]> {
  queues += 1;
  const rung = rungOf('int8', `gpu.${queues}`);
  const { passed, open } = gate();
  const fakes = makeFakes({
    chunk: CHUNK,
    ladder: [rung],
    transcribe: async (request) => {
      await passed;
      return said(request);
    },
    overrides: {
      ingest: ({ name }) => {
        const { chunks = 0 } = jobs.find((job) => job.name === name) ?? {};
        const length = (chunks * CHUNK) / SECTIONS;
        const sectionEnds = Array.from({ length: SECTIONS }, (_, index) => (index + 1) * length);
        return Promise.resolve({ key: name, samples: chunks * CHUNK, sectionEnds });
      },
    },
  });
  const device = await Worker.create({
    connection: bench.server.nativeConnection,
    taskQueue: rung.queue,
    activities: fakes.activities,
    maxConcurrentActivityTaskExecutions: 1,
  });
  await bench.with(fakes, () =>
    device.runUntil(async () => {
      const handles = [];
      let queued = -1;
      for (const job of jobs) {
        handles.push((await begin(job)).handle);
        queued += job.chunks;
        const expected = queued;
        await until(
          async () => (await backlog(rung.queue)) === expected,
          `Expected ${expected} chunks to wait in ${rung.queue}`,
        );
      }
      open();
      await Promise.all(handles.map((handle) => handle.result()));
    }),
  );
  const [held, ...order] = fakes.requests.map(({ recording }) => recording);
  expect(held).toBe(jobs[0]?.name);
  return order;
}

/** Chunks that wait in a task queue, as the server counts them. */
async function backlog(queue: string): Promise<number> {
  const { stats } = await bench.client.workflowService.describeTaskQueue({
    namespace: bench.client.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: QUEUE_TYPES.activity,
    reportStats: true,
  });
  return Number(stats?.approximateBacklogCount ?? 0);
}

describe('chunks that wait for a device', { timeout: 60_000 }, () => {
  it('are taken in turns from tenants: a flood makes another wait twice as long as it would alone, at most', async () => {
    const flood = { name: 'flood', chunks: FLOOD, tenant: 'one' };
    const order = await served(flood, { name: 'few', chunks: FEW, tenant: 'other' });
    expect(order.lastIndexOf('few') + 1).toBeLessThanOrEqual(2 * FEW);
    expect(order).toHaveLength(FLOOD + FEW - 1);
  });

  it('are taken as they came where they are of one tenant', async () => {
    const order = await served({ name: 'flood', chunks: FLOOD }, { name: 'few', chunks: FEW });
    expect(order.indexOf('few')).toBe(FLOOD - 1);
  });

  it('are taken by priority: interactive before normal before batch, whoever came first', async () => {
    const order = await served(
      { name: 'batch', chunks: FLOOD, priority: 'batch' },
      { name: 'normal', chunks: FEW },
      { name: 'interactive', chunks: FEW, priority: 'interactive' },
    );
    const runs = order.filter((name, index) => name !== order[index - 1]);
    expect(runs).toEqual(['interactive', 'normal', 'batch']);
  });
});

describe('a priority', { timeout: 60_000 }, () => {
  it('is that of the first start: it stays where another attaches, and where gaps are done again', async () => {
    const job = { name: 'talk.mp3', tenant: 'acme', priority: 'batch' } as const;
    const request = requestOf();
    const fakes = makeFakes({
      transcribe: () => {
        throw outOfMemory();
      },
    });
    await bench.with(fakes, async () => {
      const { handle, runId } = await begin(job, request);
      const again = await begin({ ...job, priority: 'interactive' }, request);
      expect(again).toMatchObject({ attached: true, runId });
      await handle.result();
      await using longhand = new Longhand({ address: bench.server.address });
      const { id } = await longhand.get(handle.workflowId).retryGaps();
      const retried = await bench.client.workflow.getHandle(id).describe();
      expect(retried.runId).not.toBe(runId);
      expect(retried.priority).toMatchObject(turnOf('batch', 'acme'));
    });
  });
});
