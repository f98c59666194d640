import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Client, type WorkflowClientInterceptor } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOrAttach, type StartOptions } from '../../../client/start.ts';
import type { TranscriptionRequest, TranscriptionResult } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { gate } from '../../support/gate.ts';
import { Bench, requestOf } from './bench.ts';
import { makeFakes, said, type Scenario } from './fakes.ts';

let bench: Bench;
let folder = '';
beforeAll(async () => {
  bench = await Bench.start();
  folder = await mkdtemp(join(tmpdir(), 'longhand-attach-'));
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Fakes whose outputs are files that are there. */
function publishing(scenario: Scenario = {}) {
  return makeFakes({
    ...scenario,
    overrides: {
      publish: async ({ job, options }) => {
        const paths = options.formats.map((format) => join(folder, `${job}.${format}`));
        await Promise.all(paths.map((path) => writeFile(path, job)));
        return paths.map((path) => pathToFileURL(path).href);
      },
    },
  });
}

function attach(
  request: TranscriptionRequest,
  now = new Date(),
  outlast: StartOptions['outlast'] = outlasting,
  client: Client = bench.client,
) {
  return startOrAttach(client, request, {
    now,
    outlast,
    filesAreThere: ({ outputs }) =>
      Promise.all(outputs.map(({ uri }) => access(new URL(uri)))).then(
        () => true,
        () => false,
      ),
  });
}

async function outlasting(act: () => Promise<unknown>): Promise<boolean> {
  await act().catch(() => undefined);
  return true;
}

describe('the same request made again', () => {
  it('while it runs is one workflow, also when both begin at once', async () => {
    const { passed: held, open: go } = gate();
    const fakes = publishing({ transcribe: (request) => held.then(() => said(request)) });
    const request = requestOf();
    await bench.with(fakes, async () => {
      const [first, second] = await Promise.all([attach(request), attach(request)]);
      expect([first.attached, second.attached].sort()).toEqual([false, true]);
      const third = await attach(request);
      expect(third.attached).toBe(true);
      expect(third.runId).toBe(first.runId);
      go();
      const results = await Promise.all([first, second, third].map(({ handle }) => handle.result()));
      expect(results[1]).toEqual(results[0]);
      expect(results[2]).toEqual(results[0]);
    });
    expect(fakes.requests).toHaveLength(3);
  });

  it('when it is done gives the same result without a run, and runs again when its files are gone', async () => {
    const fakes = publishing();
    const request = requestOf();
    await bench.with(fakes, async () => {
      const first = await attach(request);
      const result = (await first.handle.result()) as TranscriptionResult;
      const runId = first.runId;

      const again = await attach(request);
      expect(again.attached).toBe(true);
      expect(await again.handle.result()).toEqual(result);
      expect(again.runId).toBe(runId);
      expect(fakes.requests).toHaveLength(3);

      await rm(new URL(result.outputs[0]?.uri ?? ''));
      const anew = await attach(request);
      expect(anew.attached).toBe(false);
      const { outputs } = (await anew.handle.result()) as TranscriptionResult;
      expect(outputs).toHaveLength(2);
      expect(anew.runId).not.toBe(runId);
    });
  });

  it('after a failure runs again', async () => {
    const fakes = publishing({
      transcribe: (request) => {
        if (fakes.requests.length === 1) throw new LonghandError('LH_ENGINE_INPUT', 'Expected samples');
        return said(request);
      },
    });
    const request = requestOf();
    await bench.with(fakes, async () => {
      const first = await attach(request);
      await expect(first.handle.result()).rejects.toThrow();
      const again = await attach(request);
      expect(again.attached).toBe(false);
      expect(await again.handle.result()).toMatchObject({ segments: 3 });
    });
  });

  it('on another day is the same workflow, found where the server knows no search attributes', async () => {
    const fakes = publishing();
    const request = requestOf();
    const monday = new Date('2026-02-02T12:00:00Z');
    await bench.with(fakes, async () => {
      const first = await attach(request, monday);
      expect(first.handle.workflowId).toMatch(/^talk-2026-02-02-[0-9a-f]{10}$/);
      await first.handle.result();
      // Lists lag: the day after needs none.
      const dayAfter = await attach(request, new Date('2026-02-03T00:00:00Z'));
      expect(dayAfter).toMatchObject({ attached: true, runId: first.runId });
      await listed(first.handle.workflowId);
      const later = await attach(request, new Date('2026-03-01T00:00:00Z'));
      expect(later).toMatchObject({ attached: true, runId: first.runId });
    });
    expect(fakes.requests).toHaveLength(3);
  });

  it('by two clients to whom it is not the same day is one transcription', async () => {
    const fakes = publishing();
    const request = requestOf();
    const midnight = Date.parse('2026-02-03T00:00:00Z');
    const inStep = inStepClient(2);
    const both = await Promise.all([
      attach(request, new Date(midnight - 100), undefined, inStep),
      attach(request, new Date(midnight + 100), undefined, inStep),
    ]);
    expect(both.map(({ attached }) => attached).sort()).toEqual([false, true]);
    expect(both[0].runId).toBe(both[1].runId);
    const third = await attach(request, new Date(midnight - 50));
    expect(third).toMatchObject({ attached: true, runId: both[0].runId });
    await bench.with(fakes, async () => {
      expect(await third.handle.result()).toMatchObject({ segments: 3 });
      const days = ['2026-02-02', '2026-02-03'].map((day) =>
        third.handle.workflowId.replace(/2026-02-0\d/, day),
      );
      const other = days.find((id) => id !== third.handle.workflowId) ?? '';
      const { status } = await ended(other);
      expect(status.name).toBe('CANCELLED');
    });
  });

  it('whose end is asked for and does not come is refused after a minute', async () => {
    const request = requestOf();
    const first = await attach(request);
    await first.handle.cancel();
    const waited: number[] = [];
    const again = attach(request, undefined, (_, milliseconds) => {
      waited.push(milliseconds);
      return Promise.resolve(false);
    });
    await expect(again).rejects.toMatchObject({
      code: 'LH_WORKERS_AWAY',
      message: expect.stringContaining(first.handle.workflowId) as string,
    });
    expect(waited).toEqual([60_000]);
    await first.handle.terminate();
  });

  it('whose end is asked for is waited out, and then made again', async () => {
    const { passed: held, open: go } = gate();
    const fakes = publishing({ transcribe: (request) => held.then(() => said(request)) });
    const request = requestOf();
    const first = await attach(request);
    await first.handle.cancel();
    const again = attach(request);
    await bench.with(fakes, async () => {
      const { attached, runId, handle } = await again;
      expect(attached).toBe(false);
      expect(runId).not.toBe(first.runId);
      go();
      expect(await handle.result()).toMatchObject({ segments: 3 });
    });
  });
});

/** A client whose first `count` starts happen together: each waits until all are about to, and until all have. */
function inStepClient(count: number): Client {
  const before = barrier(count);
  const after = barrier(count);
  const { connection, options } = bench.client;
  const interceptor: WorkflowClientInterceptor = {
    startWithDetails: async (input, next) => {
      await before();
      const started = await next(input);
      await after();
      return started;
    },
  };
  return new Client({ connection, namespace: options.namespace, interceptors: { workflow: [interceptor] } });
}

/** Holds all who come until there are `count`. */
function barrier(count: number): () => Promise<void> {
  let missing = count;
  const { passed: opened, open } = gate();
  return () => {
    missing -= 1;
    if (missing === 0) open();
    return opened;
  };
}

/** How a workflow stands when it has ended. */
async function ended(workflowId: string) {
  const handle = bench.client.workflow.getHandle(workflowId);
  await handle.result().catch(() => undefined);
  return handle.describe();
}

/** Waits until the server lists a workflow as completed. */
async function listed(workflowId: string): Promise<void> {
  const query = `WorkflowId = '${workflowId}' AND ExecutionStatus = 'Completed'`;
  while ((await bench.client.workflow.count(query)).count === 0) await setTimeout(50);
}
