import type { WorkflowHandle, WorkflowStartOptions } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { SearchAttributePair } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { codedFailures } from '../../../workers/coded-failures.ts';
import {
  gpuQueue,
  MEDIA_QUEUE,
  type Progress,
  type TranscriptionOptions,
  type TranscriptionRequest,
  type TranscriptionResult,
} from '../../../workflows/contract.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/search-attributes.ts';
import type { Fakes } from './fakes.ts';
import { bundleWorkflows, startServer } from './server.ts';
import { PLAIN } from '../../support/options.ts';

/** A server and the workflows of the source, for tests that bring their own activities. */
export class Bench implements AsyncDisposable {
  readonly server: TestWorkflowEnvironment;
  readonly workflowBundle: WorkflowBundleWithSourceMap;

  private constructor(server: TestWorkflowEnvironment, workflowBundle: WorkflowBundleWithSourceMap) {
    this.server = server;
    this.workflowBundle = workflowBundle;
  }

  static async start(...serverArguments: string[]): Promise<Bench> {
    const [server, bundle] = await Promise.all([startServer(...serverArguments), bundleWorkflows()]);
    return new Bench(server, bundle);
  }

  get client() {
    return this.server.client;
  }

  /** Runs `work` beside a media and a gpu worker with `fakes`, set up as the real ones are but for their `identity`. */
  async with<T>(
    fakes: Pick<Fakes, 'activities'>,
    work: () => Promise<T>,
    identity = 'test',
    gpu: Pick<WorkerOptions, 'tuner'> = {},
  ): Promise<T> {
    const media = await Worker.create({
      ...this.#common(fakes, identity),
      taskQueue: MEDIA_QUEUE,
      workflowBundle: this.workflowBundle,
      stickyQueueScheduleToStartTimeout: '1s',
    });
    return this.serving(fakes, gpuQueue('base'), () => media.runUntil(work()), identity, gpu);
  }

  /** Runs `work` beside a gpu worker on a task queue. */
  async serving<T>(
    fakes: Pick<Fakes, 'activities'>,
    taskQueue: string,
    work: () => Promise<T>,
    identity = 'test',
    options: Pick<WorkerOptions, 'tuner'> = {},
  ): Promise<T> {
    const gpu = await Worker.create({ ...this.#common(fakes, identity), ...options, taskQueue });
    return gpu.runUntil(work());
  }

  #common({ activities }: Pick<Fakes, 'activities'>, identity: string) {
    return {
      connection: this.server.nativeConnection,
      identity,
      activities,
      interceptors: { activity: [() => ({ inbound: codedFailures })] },
      maxHeartbeatThrottleInterval: '1s',
      defaultHeartbeatThrottleInterval: '1s',
      shutdownForceTime: '5s',
    } satisfies Omit<WorkerOptions, 'taskQueue'>;
  }

  /** Starts a transcription as a client does, with nothing but what it must be given. */
  start(request: TranscriptionRequest, options: Partial<WorkflowStartOptions> = {}): Promise<WorkflowHandle> {
    const workflowId = `talk-${request.source.sha256}`;
    return this.client.workflow.start('transcription', {
      workflowId,
      taskQueue: MEDIA_QUEUE,
      args: [request],
      ...options,
    });
  }

  /** The answer of `progress`, with what the running sections say added. */
  async progress(handle: WorkflowHandle): Promise<Progress> {
    const folded = await handle.query<Progress>('progress');
    const running = await Promise.all(
      folded.running.map((id) =>
        this.client.workflow
          .getHandle(id)
          .query<Pick<Progress, 'committed' | 'gaps' | 'falls'>>('progress')
          .catch(() => ({ committed: 0, gaps: 0, falls: 0 })),
      ),
    );
    const sum = (field: 'committed' | 'gaps' | 'falls') =>
      running.reduce((total, section) => total + section[field], folded[field]);
    return { ...folded, committed: sum('committed'), gaps: sum('gaps'), falls: sum('falls') };
  }

  /** Runs one transcription to its end. */
  async transcribe(
    fakes: Fakes,
    options: Partial<TranscriptionOptions> = {},
  ): Promise<{ workflowId: string; result: TranscriptionResult }> {
    return this.with(fakes, async () => {
      const handle = await this.start(requestOf(options));
      return { workflowId: handle.workflowId, result: (await handle.result()) as TranscriptionResult };
    });
  }

  /** History of a workflow. */
  history(workflowId: string): Promise<History> {
    return this.client.workflow.getHandle(workflowId).fetchHistory();
  }

  /** IDs of the children of a workflow, in the order in which it started them. */
  async childrenOf(workflowId: string): Promise<string[]> {
    const { events } = await this.history(workflowId);
    return (events ?? []).flatMap(({ startChildWorkflowExecutionInitiatedEventAttributes: child }) =>
      child?.workflowId ? [child.workflowId] : [],
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.teardown();
  }
}

/** What a client says of a transcription when it starts it, where the server knows the attributes. */
export const attributesOf = ({ options }: TranscriptionRequest): SearchAttributePair[] => [
  { key: SEARCH_ATTRIBUTES.phase, value: 'ingest' },
  { key: SEARCH_ATTRIBUTES.language, value: options.language },
  { key: SEARCH_ATTRIBUTES.model, value: options.model },
];

let requests = 0;

/** A request that no test made before. */
export function requestOf(options: Partial<TranscriptionOptions> = {}): TranscriptionRequest {
  requests += 1;
  return {
    source: { uri: 'file:///talk.mp3', name: 'talk.mp3', sha256: `${requests}` },
    options: {
      ...PLAIN,
      language: 'auto',
      model: 'base',
      formats: ['json', 'txt'],
      out: null,
      ...options,
    },
    tenant: null,
  };
}
