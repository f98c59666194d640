import { WorkflowNotFoundError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';
import type { TranscriptionRequest } from '../workflows/contract.ts';
import { isIdOf, requestHash, slugOf, workflowIdOf } from './identity.ts';
import { requestOf } from './summary.ts';
import { quoted, searchTranscriptions } from './visibility.ts';

const DAY = 24 * 3600 * 1000;

/** How a workflow stands; null where there is none. */
export async function describe(client: Client, id: string): Promise<WorkflowExecutionDescription | null> {
  try {
    return await client.workflow.getHandle(id).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/**
 * The transcription that a request has started, on whatever day: the one that goes on, then one whose end was asked
 * for, then one that is done, then any other; the newest of its kind. Null where there is none.
 */
export async function findStarted(
  client: Client,
  request: TranscriptionRequest,
  now: Date,
): Promise<WorkflowExecutionDescription | null> {
  // The server's lists lag behind its workflows.
  const recent = recentIds(request, now);
  const [known, listed] = await Promise.all([
    Promise.all(recent.map((id) => describe(client, id))),
    listedIds(client, request),
  ]);
  const older = listed.filter((id) => !recent.includes(id));
  const found = [...known, ...(await Promise.all(older.map((id) => describe(client, id))))]
    .filter((one) => one !== null)
    .sort((a, b) => b.startTime.getTime() - a.startTime.getTime());
  const inStatus = (name: string) => found.find(({ status }) => status.name === name);
  return firstGoingOn(found) ?? inStatus('RUNNING') ?? inStatus('COMPLETED') ?? found[0] ?? null;
}

/**
 * The one transcription of a request that shall go on, where clients to whom it was another day have started one each.
 * Null where none runs.
 */
export async function findFirstStarted(
  client: Client,
  request: TranscriptionRequest,
  now: Date,
): Promise<WorkflowExecutionDescription | null> {
  const hash = requestHash(request);
  const known = await Promise.all(recentIds(request, now).map((id) => describe(client, id)));
  return firstGoingOn(known.filter((one) => one !== null).filter((one) => requestOf(one) === hash));
}

/** The IDs of a request on the days that it may be for some client, whose clock may be another. */
const recentIds = (request: TranscriptionRequest, now: Date): string[] =>
  [-DAY, 0, DAY].map((offset) => workflowIdOf(request, new Date(now.getTime() + offset)));

/** Whether a transcription runs, and nobody has asked for its end. */
export const goesOn = ({ status, raw }: WorkflowExecutionDescription): boolean =>
  status.name === 'RUNNING' && !raw.workflowExtendedInfo?.cancelRequested;

/** Every client takes the same one: the server's clock decides, not theirs. */
function firstGoingOn(found: readonly WorkflowExecutionDescription[]): WorkflowExecutionDescription | null {
  const [first] = found
    .filter(goesOn)
    .sort((a, b) => a.startTime.getTime() - b.startTime.getTime() || (a.workflowId < b.workflowId ? -1 : 1));
  return first ?? null;
}

async function listedIds(client: Client, request: TranscriptionRequest): Promise<string[]> {
  const hash = requestHash(request);
  const search = {
    where: [],
    attributes: { request: hash },
    otherwise: `WorkflowId STARTS_WITH ${quoted(`${slugOf(request.source.name)}-`)}`,
  };
  const ids = new Set<string>();
  for await (const workflow of searchTranscriptions(client, search)) {
    // One that a caller gave a key of his own is his.
    if (requestOf(workflow) === hash && isIdOf(workflow.workflowId, request)) ids.add(workflow.workflowId);
  }
  return [...ids];
}
