import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { expect, it } from 'vitest';
import { startOrAttach, type Started } from '../../../client/start.ts';
import type { TranscriptionRequest } from '../../../workflows/contract.ts';
import { gate } from '../../support/gate.ts';
import { PLAIN } from '../../support/options.ts';

const request: TranscriptionRequest = {
  source: { uri: 'file:///talk.mp3', name: 'talk.mp3', sha256: '00' },
  options: { ...PLAIN, language: 'auto', model: 'base', formats: ['txt'], out: null },
  tenant: null,
};
const MIDNIGHT = Date.parse('2026-02-03T00:00:00Z');

/** What a server does with transcriptions that never end by themselves; its lists lag. */
class FakeServer {
  readonly workflows = new Map<string, { startTime: Date; memo: unknown; cancelRequested: boolean }>();

  /** A client whose starts arrive when `held` lets them. */
  client(held: () => Promise<unknown> = () => Promise.resolve()): Client {
    const workflow = {
      list: async function* () {
        // Nothing is listed yet.
      },
      getHandle: (workflowId: string) => ({
        workflowId,
        describe: () => this.#describe(workflowId),
        cancel: () => {
          const found = this.workflows.get(workflowId);
          if (found) found.cancelRequested = true;
          return Promise.resolve();
        },
      }),
      start: async (type: string, { workflowId, memo }: { workflowId: string; memo: unknown }) => {
        await held();
        if (this.workflows.has(workflowId))
          throw new WorkflowExecutionAlreadyStartedError('there', workflowId, type);
        const startTime = new Date(MIDNIGHT + this.workflows.size);
        this.workflows.set(workflowId, { startTime, memo, cancelRequested: false });
        return { firstExecutionRunId: `run of ${workflowId}` };
      },
    };
    return { workflow } as unknown as Client;
  }

  get running(): string[] {
    return [...this.workflows].flatMap(([id, { cancelRequested }]) => (cancelRequested ? [] : [id]));
  }

  #describe(workflowId: string): Promise<unknown> {
    const found = this.workflows.get(workflowId);
    if (!found) return Promise.reject(new WorkflowNotFoundError('none', workflowId, undefined));
    const { startTime, memo, cancelRequested } = found;
    const raw = { workflowExtendedInfo: { cancelRequested } };
    const status = { name: 'RUNNING' };
    const runId = `run of ${workflowId}`;
    return Promise.resolve({ workflowId, runId, type: 'transcription', status, startTime, memo, raw });
  }
}

const attach = (client: Client, milliseconds: number): Promise<Started> =>
  startOrAttach(client, request, {
    now: new Date(MIDNIGHT + milliseconds),
    filesAreThere: () => Promise.resolve(true),
    outlast: () => Promise.reject(new Error('Expected nothing to be waited for')),
  });

it.each([
  ['the day before', -1, 1],
  ['the day after', 1, -1],
])(
  'the start of a client to whom it is %s, arriving last, gives way to the other',
  async (_, late, early) => {
    const server = new FakeServer();
    const { passed: isAsked, open: asked } = gate();
    const { passed: goes, open: go } = gate();
    const starting = attach(
      server.client(() => {
        asked();
        return goes;
      }),
      late,
    );
    await isAsked;
    const first = await attach(server.client(), early);
    go();
    const second = await starting;
    expect([first.attached, second.attached]).toEqual([false, true]);
    expect(second.runId).toBe(first.runId);
    expect(server.running).toEqual([first.handle.workflowId]);
    expect(server.workflows.size).toBe(2);
  },
);

it('two starts at once, each on its own day, leave one', async () => {
  const server = new FakeServer();
  const both = await Promise.all([attach(server.client(), -1), attach(server.client(), 1)]);
  expect(both.map(({ attached }) => attached).sort()).toEqual([false, true]);
  expect(both[0].runId).toBe(both[1].runId);
  expect(server.running).toEqual([both[0].handle.workflowId]);
});

it("a client that is behind finds the next day's", async () => {
  const server = new FakeServer();
  const first = await attach(server.client(), 1);
  expect(await attach(server.client(), -1)).toMatchObject({ attached: true, runId: first.runId });
  expect(server.workflows.size).toBe(1);
});
