import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionStatusName,
  type WorkflowHandle,
} from '@temporalio/client';
import {
  MEDIA_QUEUE,
  type Progress,
  type TranscriptionRequest,
  type TranscriptionResult,
} from '../workflows/contract.ts';
import { workflowIdOf } from './identity.ts';

/** A transcription that was started or found. */
export interface Transcription {
  readonly handle: WorkflowHandle;
  /** Whether it was there before: running, or done with its files in place. */
  readonly attached: boolean;
}

/**
 * Starts a transcription, or attaches to the one that the same request started before. One that is done is started
 * again when its files are gone, one that failed or was cancelled likewise: what was finished is found in the store.
 */
export async function startOrAttach(client: Client, request: TranscriptionRequest): Promise<Transcription> {
  const workflowId = workflowIdOf(request);
  const known = client.workflow.getHandle(workflowId);
  const isDone = (await statusOf(known)) === 'COMPLETED';
  if (isDone && (await filesAreThere(known))) return { handle: known, attached: true };
  try {
    const handle = await client.workflow.start('transcription', {
      workflowId,
      taskQueue: MEDIA_QUEUE,
      args: [request],
      staticSummary: request.source.name,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
    });
    return { handle, attached: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return { handle: known, attached: true };
  }
}

/**
 * How a transcription stands; null where there is none. One whose cancellation was asked for is waited out first:
 * nothing can be attached to it.
 */
async function statusOf(handle: WorkflowHandle): Promise<WorkflowExecutionStatusName | null> {
  try {
    const { status, raw } = await handle.describe();
    if (status.name !== 'RUNNING' || !raw.workflowExtendedInfo?.cancelRequested) return status.name;
    await handle.result().catch(() => undefined);
    return (await handle.describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

async function filesAreThere(handle: WorkflowHandle): Promise<boolean> {
  const { outputs } = (await handle.result()) as TranscriptionResult;
  return Promise.all(outputs.map(({ uri }) => access(fileURLToPath(uri)))).then(
    () => true,
    () => false,
  );
}

/** How far a transcription is: what its workflow has folded, and what its running sections have committed. */
export async function progressOf(client: Client, handle: WorkflowHandle): Promise<Progress> {
  const progress = await handle.query<Progress>('progress');
  const sections = await Promise.all(
    progress.running.map((id) =>
      client.workflow
        .getHandle(id)
        .query<Pick<Progress, 'committed' | 'gaps'>>('progress')
        // A section that ends between the two queries is counted by the next.
        .catch(() => ({ committed: 0, gaps: 0 })),
    ),
  );
  return {
    ...progress,
    committed: sections.reduce((sum, { committed }) => sum + committed, progress.committed),
    gaps: sections.reduce((sum, { gaps }) => sum + gaps, progress.gaps),
  };
}
