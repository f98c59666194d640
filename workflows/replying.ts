import { TemporalFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { CancellationScope, isCancellation, startChild, workflowInfo } from '@temporalio/workflow';
import type { ReplyInput } from '../activities/types.ts';
import {
  jobOf,
  type QueueReply,
  type ReplyAddress,
  type TranscriptionRequest,
  type TranscriptionResult,
} from './contract.ts';
import { codedFailure } from './failures.ts';
import { isDecided } from './is-decided.ts';

type Ending = Pick<QueueReply, 'state' | 'result' | 'error'>;

/**
 * Does the work of a request, and has its end told where a message asked for it: by a workflow of its own, which may
 * wait for a broker for as long as it takes while the transcription has ended.
 */
export async function replying(
  request: TranscriptionRequest,
  work: () => Promise<TranscriptionResult>,
): Promise<TranscriptionResult> {
  // What asks for nothing that can be done has asked for no reply either.
  const to = isDecided(request) ? (request.message?.reply ?? null) : null;
  if (to === null) return work();
  let result: TranscriptionResult;
  try {
    result = await work();
  } catch (error) {
    // A defect of the code is no end: Temporal waits for a build without it.
    if (error instanceof TemporalFailure) await tell(to, request, failed(error));
    throw error;
  }
  await tell(to, request, done(result));
  return result;
}

function tell(to: ReplyAddress, { source, tenant }: TranscriptionRequest, ending: Ending): Promise<void> {
  const { workflowId, runId, firstExecutionRunId } = workflowInfo();
  const messageId = `${jobOf(workflowId, firstExecutionRunId)}.${ending.state}`;
  const document: QueueReply = {
    schema: 'longhand/queue-reply/1',
    ...{ id: workflowId, runId, name: source.name, tenant },
    ...ending,
  };
  const input: ReplyInput = { to, messageId, document };
  const how = { workflowId: messageId, args: [input], parentClosePolicy: 'ABANDON' } as const;
  // Also after a cancellation, and one that comes now is too late.
  return CancellationScope.nonCancellable(async () => {
    await startChild('reply', how).catch((error: unknown) => {
      // That of a run which an operator has reset still waits for its broker.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    });
  });
}

function done(all: TranscriptionResult): Ending {
  const { outputs, duration, speech, language, sections, segments, gaps, falls, remark } = all;
  const told = { outputs, duration, speech, language, sections, segments, gaps, falls };
  return { state: 'done', result: { ...told, ...(remark !== undefined && { remark }) }, error: null };
}

function failed(error: TemporalFailure): Ending {
  if (CancellationScope.current().consideredCancelled && isCancellation(error)) {
    const message = 'The transcription was cancelled';
    return { state: 'cancelled', result: null, error: { code: 'LH_CANCELLED', message } };
  }
  const coded = codedFailure(error) ?? { code: 'LH_TRANSCRIPTION_FAILED', message: error.message };
  return { state: 'failed', result: null, error: coded };
}
