import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { startedWith } from '../activities/payloads/started-with.ts';
import { outputKey } from '../activities/store/keys.ts';
import type { TranscriptionRequest, TranscriptionResult } from '../workflows/contract.ts';
import { GRPC, grpcStatusOf } from './failure.ts';
import { TRANSCRIPTION } from './summary.ts';
import { quoted } from './visibility.ts';

/** Workflow type of a section. */
const SECTION = 'section';
/** Workflow type of a reply to a message: `<job>.<state>`. */
const REPLY = 'reply';

const SHA256 = /^[0-9a-f]{64}$/;

/** Name of the job of a json output that was put into the store to be processed anew. */
const TRANSCRIPT_JOB = /^transcript-[0-9a-f]{64}$/;

/** What the runs of a transcription say that they have left. */
export interface LeftByRuns {
  /** SHA-256 of sources, hex. */
  readonly sources: readonly string[];
  /** Jobs that are no run's own. */
  readonly jobs: readonly string[];
  /** `file:` URIs of outputs outside the store. */
  readonly outputs: readonly string[];
}

/** What `executions` say; runs that the server has forgotten left nothing that only they could tell but their outputs. */
export async function leftByRuns(
  client: Client,
  executions: readonly WorkflowExecutionInfo[],
): Promise<LeftByRuns> {
  const sources = new Set<string>();
  const jobs = new Set<string>();
  const outputs = new Set<string>();
  for (const { workflowId, runId, type, status } of executions) {
    if (type !== TRANSCRIPTION) continue;
    const request = (await startedWith(client, workflowId, runId)) as
      Partial<TranscriptionRequest> | undefined;
    const sha256 = request?.source?.sha256;
    const heardBy = request?.reprocess?.job;
    if (typeof sha256 === 'string' && SHA256.test(sha256)) sources.add(sha256);
    if (typeof heardBy === 'string' && TRANSCRIPT_JOB.test(heardBy)) jobs.add(heardBy);
    const handle = client.workflow.getHandle(workflowId, runId);
    // The server's lists lag behind.
    const isDone = status.name === 'RUNNING' ? (await handle.describe()).status : status;
    if (isDone.name !== 'COMPLETED') continue;
    const result = (await handle.result()) as TranscriptionResult;
    for (const { uri, format } of result.outputs) {
      const isKept = uri.endsWith(`/${outputKey(result.job, format)}`);
      if (uri.startsWith('file:') && !isKept) outputs.add(uri);
    }
  }
  return { sources: [...sources], jobs: [...jobs], outputs: [...outputs] };
}

/** Deletes `executions`, in their order. The server takes each down at once, and away within a minute: until then it tells of it. */
export async function deleteExecutions(
  client: Client,
  executions: readonly WorkflowExecutionInfo[],
): Promise<void> {
  for (const { workflowId, runId } of executions) {
    await client.workflowService
      .deleteWorkflowExecution({
        namespace: client.options.namespace,
        workflowExecution: { workflowId, runId },
      })
      .catch((error: unknown) => {
        // The server's lists lag behind.
        if (grpcStatusOf(error) !== GRPC.notFound) throw error;
      });
  }
}

/** The runs of a transcription and of what they left to others: sections and replies first, then its own, the oldest first. */
export async function executionsOf(client: Client, id: string): Promise<WorkflowExecutionInfo[]> {
  const isOne = `WorkflowId = ${quoted(id)} AND WorkflowType = ${quoted(TRANSCRIPTION)}`;
  const isPart = `WorkflowId STARTS_WITH ${quoted(`${id}/`)} AND WorkflowType = ${quoted(SECTION)}`;
  const found: WorkflowExecutionInfo[] = [];
  const isReply = `WorkflowId STARTS_WITH ${quoted(`${id}.`)} AND WorkflowType = ${quoted(REPLY)}`;
  const query = `(${isOne}) OR (${isPart}) OR (${isReply})`;
  for await (const execution of client.workflow.list({ query })) {
    const { type, workflowId, status } = execution;
    // Another ID may go on where this one ends; and what is still owed is told.
    const isOther = type === REPLY && !/^[^.]+\.[^.]+$/.test(workflowId.slice(id.length + 1));
    if (!isOther && !(type === REPLY && status.name === 'RUNNING')) found.push(execution);
  }
  const rank = ({ type }: WorkflowExecutionInfo): number => (type === TRANSCRIPTION ? 1 : 0);
  return found.sort((a, b) => rank(a) - rank(b) || a.startTime.getTime() - b.startTime.getTime());
}
