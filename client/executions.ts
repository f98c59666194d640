import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { startedWith } from '../activities/payloads/started-with.ts';
import { outputKey } from '../activities/store/keys.ts';
import type { TranscriptionRequest, TranscriptionResult } from '../workflows/contract.ts';
import { GRPC, grpcStatusOf } from './failure.ts';
import { TRANSCRIPTION } from './summary.ts';
import { quoted } from './visibility.ts';

/** Workflow type of a section. */
const SECTION = 'section';

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

/** Of what the server still knows; runs that it has forgotten left nothing that only they could tell but their outputs. */
export async function leftByRuns(client: Client, id: string): Promise<LeftByRuns> {
  const sources = new Set<string>();
  const jobs = new Set<string>();
  const outputs = new Set<string>();
  for (const { workflowId, runId, type, status } of await executionsOf(client, id)) {
    if (type !== TRANSCRIPTION) continue;
    const request = (await startedWith(client, workflowId, runId)) as
      Partial<TranscriptionRequest> | undefined;
    const sha256 = request?.source?.sha256;
    const heardBy = request?.reprocess?.job;
    if (typeof sha256 === 'string' && SHA256.test(sha256)) sources.add(sha256);
    if (typeof heardBy === 'string' && TRANSCRIPT_JOB.test(heardBy)) jobs.add(heardBy);
    if (status.name !== 'COMPLETED') continue;
    const handle = client.workflow.getHandle(workflowId, runId);
    const result = (await handle.result()) as TranscriptionResult;
    for (const { uri, format } of result.outputs) {
      const isKept = uri.endsWith(`/${outputKey(result.job, format)}`);
      if (uri.startsWith('file:') && !isKept) outputs.add(uri);
    }
  }
  return { sources: [...sources], jobs: [...jobs], outputs: [...outputs] };
}

/**
 * Deletes the runs of a transcription and of its sections, the newest run last. Gives how many there were. The server takes
 * each down at once, and away within a minute: until then it tells of them.
 */
export async function deleteExecutions(client: Client, id: string): Promise<number> {
  const listed = await executionsOf(client, id);
  for (const { workflowId, runId } of listed) {
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
  return listed.length;
}

/** Sections first, then the transcription's runs, the oldest first. */
async function executionsOf(client: Client, id: string): Promise<WorkflowExecutionInfo[]> {
  const isOne = `WorkflowId = ${quoted(id)} AND WorkflowType = ${quoted(TRANSCRIPTION)}`;
  const isPart = `WorkflowId STARTS_WITH ${quoted(`${id}/`)} AND WorkflowType = ${quoted(SECTION)}`;
  const found: WorkflowExecutionInfo[] = [];
  const query = `(${isOne}) OR (${isPart})`;
  for await (const execution of client.workflow.list({ query })) found.push(execution);
  const rank = ({ type }: WorkflowExecutionInfo): number => (type === TRANSCRIPTION ? 1 : 0);
  return found.sort((a, b) => rank(a) - rank(b) || a.startTime.getTime() - b.startTime.getTime());
}
