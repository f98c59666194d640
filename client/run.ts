import {
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { sectionKey } from '../activities/store/keys.ts';
import {
  jobOf,
  type Progress,
  type PackedSection,
  type Rung,
  type SectionTranscript,
  type TranscriptionResult,
} from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';
import { unpackSection } from '../workflows/unpack.ts';
import type { Calls } from './calls.ts';
import { GRPC, grpcStatusOf } from './failure.ts';
import type { Followed } from './follow.ts';
import type { GivenStore } from './given-store.ts';
import { finishedPreview, runningPreview } from './preview.ts';
import { isUnanswered, ProgressReader } from './progress.ts';
import { summaryOf, TRANSCRIPTION, type TranscriptionSummary } from './summary.ts';

/** What everything of one client shares. */
export interface Shared {
  readonly client: Client;
  readonly calls: Calls;
  readonly store: GivenStore;
}

/** One run of a transcription: what a handle speaks of once it knows which. */
export class Run implements Followed {
  readonly id: string;
  readonly runId: string;
  readonly #shared: Shared;
  readonly #reader: ProgressReader;
  #job: string | undefined;

  constructor(shared: Shared, id: string, runId: string) {
    this.#shared = shared;
    this.id = id;
    this.runId = runId;
    this.#reader = new ProgressReader(shared.client, id, runId);
  }

  get #handle(): WorkflowHandle {
    return this.#shared.client.workflow.getHandle(this.id, this.runId);
  }

  /** Null while the server is away, and once the run has ended without a result. */
  progress(): Promise<Progress | null> {
    return this.read().catch(() => null);
  }

  read(): Promise<Progress> {
    return this.#shared.calls.run(() => this.#reader.read());
  }

  result(signal?: AbortSignal): Promise<TranscriptionResult> {
    return this.#shared.calls.wait(() => this.#handle.result() as Promise<TranscriptionResult>, signal);
  }

  describe(): Promise<TranscriptionSummary> {
    return this.#shared.calls.run(async () => summaryOf(await this.#handle.describe()));
  }

  section(section: number): Promise<SectionTranscript | null> {
    return this.#shared.calls.run(async () => {
      this.#job ??= await this.#askJob();
      const store = await this.#shared.store.open();
      const bytes = await store.get(sectionKey(this.#job, section));
      return bytes && unpackSection(JSON.parse(bytes.toString('utf8')) as PackedSection);
    });
  }

  /** Names the run's files in the store, as its workflow does. */
  async #askJob(): Promise<string> {
    const { raw } = await this.#handle.describe();
    return jobOf(this.id, raw.workflowExecutionInfo?.firstRunId || this.runId);
  }

  async preview(): Promise<string> {
    const { status } = await this.describe();
    const { calls, client } = this.#shared;
    if (status === 'running') {
      return calls.run(() => runningPreview(client, this.id, this.runId)).catch(workersAway);
    }
    const { sections } = await this.result();
    return calls.run(() =>
      finishedPreview(sections, async (section) => {
        const transcript = await this.section(section);
        if (transcript) return transcript;
        throw new LonghandError(
          'LH_STORE_MISSING',
          `Expected section ${section} in the store, found nothing`,
        );
      }),
    );
  }

  /** Sets the highest rung that new chunks start on, and gives it. */
  setCeiling(rung: string): Promise<Rung> {
    return this.#shared.calls.run(() =>
      this.#handle
        .executeUpdate<Rung, [string]>('setCeiling', { args: [rung] })
        .catch(async (error: unknown) => {
          const { status } = summaryOf(await this.#handle.describe());
          if (status !== 'running') {
            const message = `Expected \`${this.id}\` to run, but it has ended: ${status}`;
            throw new LonghandError('LH_TRANSCRIPTION_ENDED', message, { cause: error });
          }
          if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) workersAway(error.cause);
          throw error;
        }),
    );
  }

  /** Asks for the end of a run; one that has ended is left as it is. */
  cancel(): Promise<void> {
    return this.#shared.calls.run(async () => {
      const isOver = async () => summaryOf(await this.#handle.describe()).status !== 'running';
      await this.#handle.cancel().catch(async (error: unknown) => {
        if (!(await isOver())) throw error;
      });
    });
  }
}

function workersAway(cause: unknown): never {
  if (!isUnanswered(cause)) throw cause;
  throw new LonghandError('LH_WORKERS_AWAY', 'Expected a worker to answer, but none does', { cause });
}

/** The run of a transcription that is the newest now, or the one named. Throws LH_TRANSCRIPTION_UNKNOWN. */
export function findRun(shared: Shared, id: string, runId?: string): Promise<Run> {
  return shared.calls.run(async () => {
    const found = await shared.client.workflow
      .getHandle(id, runId)
      .describe()
      .catch((error: unknown) => {
        // An ID of a form that the server takes for none.
        if (grpcStatusOf(error) === GRPC.invalidArgument) throw unknown(id, 'no ID', error);
        throw error;
      });
    if (found.type === TRANSCRIPTION) return new Run(shared, id, found.runId);
    throw unknown(id, `a \`${found.type}\``);
  });
}

function unknown(id: string, what: string, cause?: unknown): LonghandError {
  const message = `Expected the ID of a transcription, got \`${id}\`, which is ${what}`;
  return new LonghandError('LH_TRANSCRIPTION_UNKNOWN', message, { cause });
}
