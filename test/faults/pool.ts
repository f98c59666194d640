import { join } from 'node:path';
import {
  Client,
  Connection,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
  type WorkflowHandle,
} from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { expect } from 'vitest';
import { payloadCodecs } from '../../activities/payloads/converter.ts';
import { Longhand, type Transcription } from '../../client/index.ts';
import { DEPLOYMENT } from '../../workers/deployment.ts';
import { chunkTimes } from '../integration/cli/command.ts';
import { testHome, type TestHome } from '../support/home.ts';
import { longhand, type Command } from '../support/longhand.ts';
import { PARTS, processesOf } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { DevServer, type PoolServer } from './dev-server.ts';

export type Kind = 'media' | 'gpu';

const FORMATS = ['json', 'report', 'srt', 'tsv', 'txt', 'vtt'] as const;

/**
 * A Temporal server and a store, the workers of a pool, each a process of its own that nobody but the test starts again,
 * and a client. Disposing it ends all that was started on its home.
 */
export class Pool<Server extends PoolServer = DevServer> implements AsyncDisposable {
  readonly home: string;
  readonly out: string;
  readonly server: Server;
  readonly longhand: Longhand;
  readonly #testHome: TestHome;

  private constructor(testHome: TestHome, server: Server) {
    this.#testHome = testHome;
    this.home = testHome.path;
    this.out = join(this.home, 'out');
    this.server = server;
    this.longhand = new Longhand({ address: server.address, store: server.store });
  }

  /** Starts a server of its own on a database file; the workers are the test's to start. */
  static async start(): Promise<Pool> {
    const home = await testHome();
    const server = await DevServer.make(home.path);
    await server.start();
    return new Pool(home, server);
  }

  /** A pool on a server that runs, and that outlives it. */
  static async on<Server extends PoolServer>(server: Server): Promise<Pool<Server>> {
    return new Pool(await testHome(), server);
  }

  /** Starts a worker, of another build where `main` names its command; resolves when it takes work. */
  async startWorker(
    kind: Kind,
    env: NodeJS.ProcessEnv = {},
    { main, args = [] }: { readonly main?: string; readonly args?: readonly string[] } = {},
  ): Promise<Command> {
    const where = ['--address', this.server.address, '--store', this.server.store];
    const worker = longhand(this.home, ['worker', kind, ...where, ...args], env, main);
    await until(
      () => {
        if (worker.process.exitCode === null) return worker.stderr().includes('Ready');
        throw new Error(`Expected a ${kind} worker to keep running, but it ended: ${worker.stderr()}`);
      },
      () => `Expected a ${kind} worker to be ready, got: ${worker.stderr()}`,
      120_000,
    );
    return worker;
  }

  /** Signals the engines of the pool's workers: one that stands still ends no chunk. */
  async signalEngines(signal: NodeJS.Signals): Promise<void> {
    for (const { pid, command } of await processesOf(this.home)) {
      if (PARTS.engine.test(command)) process.kill(pid, signal);
    }
  }

  /** Has new transcriptions begin on a build of media workers, once the server knows it. */
  async setCurrentBuild(buildId: string): Promise<void> {
    const connection = await Connection.connect({ address: this.server.address });
    const { workflowService } = connection;
    const wanted = { namespace: 'default', deploymentName: DEPLOYMENT, buildId };
    const isSet = (): Promise<boolean> =>
      workflowService.setWorkerDeploymentCurrentVersion(wanted).then(
        () => true,
        () => false,
      );
    await until(isSet, `Expected the server to know the build ${buildId}`).finally(() => connection.close());
  }

  /** Starts, or attaches to, the transcription of a file to `out`, with the run report. */
  transcribe(path: string): Promise<Transcription> {
    return this.longhand.transcribe(path, { out: this.out, formats: FORMATS });
  }

  /** What the server says of a workflow. */
  describe(id: string): Promise<WorkflowExecutionDescription> {
    return this.#ask(id, (workflow) => workflow.describe());
  }

  /** What has happened to a workflow. */
  async events(id: string): Promise<readonly temporal.api.history.v1.IHistoryEvent[]> {
    const { events } = await this.#ask(id, (workflow) => workflow.fetchHistory());
    return events ?? [];
  }

  /** Each of these chunks, as `chunkTimes` gave them, is the file it was. */
  async expectKept(kept: ReadonlyMap<string, number>): Promise<void> {
    const now = await chunkTimes(this.home);
    for (const [name, time] of kept) expect(now.get(name)).toBe(time);
  }

  /** Every run of a transcription that the server lists. */
  transcriptions(): Promise<readonly WorkflowExecutionInfo[]> {
    return this.#asking(async ({ workflow }) => {
      const found: WorkflowExecutionInfo[] = [];
      for await (const one of workflow.list({ query: 'WorkflowType = "transcription"' })) found.push(one);
      return found;
    });
  }

  #ask<T>(id: string, question: (workflow: WorkflowHandle) => Promise<T>): Promise<T> {
    return this.#asking(({ workflow }) => question(workflow.getHandle(id)));
  }

  async #asking<T>(question: (client: Client) => Promise<T>): Promise<T> {
    const connection = await Connection.connect({ address: this.server.address });
    try {
      return await question(new Client({ connection, dataConverter: { payloadCodecs: payloadCodecs() } }));
    } finally {
      await connection.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.longhand.close();
    await this.#testHome[Symbol.asyncDispose]();
  }
}

/** Sends a signal to a worker, and resolves when it has ended. */
export async function endWorker(worker: Command, signal: NodeJS.Signals): Promise<void> {
  worker.process.kill(signal);
  await worker.outcome;
}
