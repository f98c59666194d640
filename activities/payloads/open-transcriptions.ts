import type { Client } from '@temporalio/client';
import type { RunLeft, TranscriptionRequest } from '../../workflows/contract.ts';
import { sourceOf } from '../store/keys.ts';
import { startedWith } from './started-with.ts';

/** A transcription that has not ended, and what it refers to, as far as that is known. */
export interface OpenTranscription {
  readonly id: string;
  /** SHA-256 of its source, and of that of the recording that it goes on from, hex. */
  readonly sources: readonly string[];
  /** The jobs that it goes on from. */
  readonly jobs: readonly string[];
}

/** The transcriptions that have not ended. Throws what the server throws. */
export async function openTranscriptions(client: Client): Promise<OpenTranscription[]> {
  const open: OpenTranscription[] = [];
  const query = "WorkflowType = 'transcription' AND CloseTime IS NULL";
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const request = (await startedWith(client, workflowId, runId)) as
      Partial<TranscriptionRequest> | undefined;
    const left = [request?.again, request?.reprocess].filter((one) => one !== undefined && one !== null);
    const own = request?.source?.sha256;
    open.push({
      id: workflowId,
      sources: [...(typeof own === 'string' ? [own] : []), ...left.flatMap(sourcesOf)],
      jobs: left.map(({ job }) => job),
    });
  }
  return open;
}

/** A client in another language may have given anything. */
const sourcesOf = ({ recording }: Partial<Pick<RunLeft, 'recording'>>): string[] =>
  typeof recording?.key === 'string' ? [sourceOf(recording.key)] : [];
