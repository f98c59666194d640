import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  Client,
  Connection,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { expect } from 'vitest';
import { payloadCodecs } from '../../activities/payloads/converter.ts';
import { Longhand, type Transcription } from '../../client/index.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';
import { DEPLOYMENT } from '../../workers/deployment.ts';
import { accepts } from '../../workers/supervisor/server.ts';
import { chunkTimes } from '../integration/cli/command.ts';
import { testHome, type TestHome } from '../support/home.ts';
import { longhand, type Command } from '../support/longhand.ts';
import { PARTS, processesOf } from '../support/processes.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/until.ts';

export type Kind = 'media' | 'gpu';

const HOST = '127.0.0.1';
const FORMATS = ['json', 'report', 'srt', 'tsv', 'txt', 'vtt'] as const;

/**
 * A Temporal server on a database file and the workers of a pool, each a process of its own that nobody but the test
 * starts again; a store in a folder, and a client. Disposing it ends them all.
 */
export class Pool implements AsyncDisposable {
  readonly home: string;
  readonly out: string;
  /** File of the server's database. */
  readonly database: string;
  readonly longhand: Longhand;
  readonly #testHome: TestHome;
  readonly #port: number;
  readonly #uiPort: number;
  #server: ChildProcess | undefined;

  private constructor(testHome: TestHome, port: number, uiPort: number) {
    this.#testHome = testHome;
    this.home = testHome.path;
    this.out = join(this.home, 'out');
    this.database = join(this.home, 'temporal.db');
    this.#port = port;
    this.#uiPort = uiPort;
    this.longhand = new Longhand({ address: this.address, store: this.store });
  }

  /** Starts the server; the workers are the test's to start. */
  static async start(): Promise<Pool> {
    const pool = new Pool(await testHome(), await freePort(), await freePort());
    await pool.startServer();
    return pool;
  }

  get address(): string {
    return `${HOST}:${this.#port}`;
  }

  get store(): string {
    return join(this.home, 'store');
  }

  get serverId(): number {
    return this.#server?.pid ?? 0;
  }

  /** Starts the server, on the database that it had before. */
  async startServer(): Promise<void> {
    const args = [
      ...[
        'server',
        'start-dev',
        '--ip',
        HOST,
        '--port',
        String(this.#port),
        '--ui-port',
        String(this.#uiPort),
      ],
      ...['--db-filename', this.database, '--sqlite-pragma', 'journal_mode=WAL', '--log-level', 'never'],
      ...Object.values(SEARCH_ATTRIBUTES).flatMap(({ name }) => ['--search-attribute', `${name}=Keyword`]),
    ];
    this.#server = spawn(process.env.TEMPORAL_CLI ?? 'temporal', args, {
      env: { ...process.env, LONGHAND_HOME: this.home },
      stdio: 'ignore',
    });
    await until(() => accepts(HOST, this.#port), 'Expected the server to answer');
  }

  async endServer(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }

  /** Starts a worker, of another build where `main` names its command; resolves when it takes work. */
  async startWorker(
    kind: Kind,
    env: NodeJS.ProcessEnv = {},
    { main, args = [] }: { readonly main?: string; readonly args?: readonly string[] } = {},
  ): Promise<Command> {
    const where = ['--address', this.address, '--store', this.store];
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
    const connection = await Connection.connect({ address: this.address });
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

  async #ask<T>(id: string, question: (workflow: WorkflowHandle) => Promise<T>): Promise<T> {
    const connection = await Connection.connect({ address: this.address });
    try {
      const dataConverter = { payloadCodecs: payloadCodecs() };
      return await question(new Client({ connection, dataConverter }).workflow.getHandle(id));
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
