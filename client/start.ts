import {
  WorkflowExecutionAlreadyStartedError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import {
  TypedSearchAttributes,
  type Priority,
  type SearchAttributePair,
  type WorkflowIdReusePolicy,
} from '@temporalio/common';
import {
  MEDIA_QUEUE,
  modelName,
  type TranscriptionRequest,
  type TranscriptionResult,
} from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes.ts';
import { startSummary } from '../workflows/summaries.ts';
import { modelsOf } from '../workflows/rung.ts';
import { grpcStatusOf, GRPC } from './failure.ts';
import { requestHash, workflowIdOf } from './identity.ts';
import { turnOf, type PriorityName } from '../activities/request/priority.ts';
import { describe, findFirstStarted, findStarted, goesOn } from './lookup.ts';
import { requestOf, TRANSCRIPTION } from './summary.ts';

/** Milliseconds a transcription has to end whose cancellation was asked for. */
const CANCELLED_WITHIN = 60_000;

/** A transcription that was started or found, and the run of it. */
export interface Started {
  readonly handle: WorkflowHandle;
  readonly runId: string;
  /** Whether it was there before: running, or done with its files in place. */
  readonly attached: boolean;
}

export interface StartOptions {
  /** The caller's own workflow ID, checked. */
  readonly key?: string | undefined;
  /** Of a run that is started; one that is there keeps its own. @default 'normal' */
  readonly priority?: PriorityName | undefined;
  /** Whether the outputs of a transcription that is done are still where it left them. */
  readonly filesAreThere: (result: TranscriptionResult) => Promise<boolean>;
  /** Whether `act` ends, well or not, within so many milliseconds. */
  readonly outlast: (act: () => Promise<unknown>, milliseconds: number) => Promise<boolean>;
  /** The moment whose UTC day a new transcription is named after. Only tests give another than now. */
  readonly now?: Date;
}

/**
 * Starts a transcription, or attaches to the one that the same request started before, today or on another day. One
 * that is done is started again when its files are gone, one that failed or was cancelled likewise, under the same
 * ID: what was finished is found in the store. One whose cancellation was asked for is waited out first.
 *
 * Throws LH_KEY_CONFLICT where the ID names another request, LH_WORKERS_AWAY where one that was cancelled does not
 * end, and what Temporal's client throws.
 */
export async function startOrAttach(
  client: Client,
  request: TranscriptionRequest,
  { key, priority = 'normal', filesAreThere, outlast, now = new Date() }: StartOptions,
): Promise<Started> {
  const hash = requestHash(request);
  const turn = turnOf(priority, request.tenant);
  for (;;) {
    const known = key === undefined ? await findStarted(client, request, now) : await describe(client, key);
    if (known !== null) {
      refuseOther(known, hash);
      const there = attachedTo(client, known);
      if (goesOn(known)) return there;
      if (known.status.name === 'RUNNING') {
        // Nothing can be attached to what is about to end.
        if (await outlast(() => there.handle.result(), CANCELLED_WITHIN)) continue;
        throw new LonghandError(
          'LH_WORKERS_AWAY',
          `Expected \`${known.workflowId}\`, which was cancelled, to end within ${CANCELLED_WITHIN / 1000} seconds, but it still runs`,
        );
      }
      const isDone = known.status.name === 'COMPLETED';
      if (isDone && (await filesAreThere((await there.handle.result()) as TranscriptionResult))) {
        return there;
      }
    }
    const workflowId = known?.workflowId ?? key ?? workflowIdOf(request, now);
    const runId = await startRun(client, workflowId, request, { hash, turn, reuse: reusePolicyAfter(known) });
    // Where another was first, its workflow is there now.
    if (runId === null) continue;
    const own: Started = { handle: client.workflow.getHandle(workflowId, runId), runId, attached: false };
    if (key !== undefined || known !== null) return own;
    // Where it is another day to another client, its ID does not stand in the way of this one.
    const first = await findFirstStarted(client, request, now);
    if (first === null || first.workflowId === workflowId) return own;
    await own.handle.cancel();
    return attachedTo(client, first);
  }
}

const attachedTo = (client: Client, { workflowId, runId }: WorkflowExecutionDescription): Started => ({
  handle: client.workflow.getHandle(workflowId, runId),
  runId,
  attached: true,
});

function refuseOther(known: WorkflowExecutionDescription, hash: string): void {
  if (requestOf(known) === hash) return;
  throw new LonghandError(
    'LH_KEY_CONFLICT',
    `Expected \`key\` to name this source with these options, but \`${known.workflowId}\` is another request's`,
  );
}

/**
 * What may be there when the start arrives: nothing but what was seen, for another may have started the same since,
 * and be done with it.
 */
function reusePolicyAfter(known: WorkflowExecutionDescription | null): WorkflowIdReusePolicy {
  if (known === null) return 'REJECT_DUPLICATE';
  return known.status.name === 'COMPLETED' ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY';
}

interface RunOptions {
  /** Identity of the request. */
  readonly hash: string;
  readonly turn: Priority;
  /** What may be there under the ID. */
  readonly reuse: WorkflowIdReusePolicy;
}

/** Run ID of a new run of a transcription; null where the server refuses the ID. */
export async function startRun(
  client: Client,
  workflowId: string,
  request: TranscriptionRequest,
  { hash, turn, reuse }: RunOptions,
): Promise<string | null> {
  const { source, options, tenant, message } = request;
  const { language } = options;
  const model = modelName(options.model);
  const pairs: SearchAttributePair[] = [
    { key: SEARCH_ATTRIBUTES.phase, value: source.sha256 === null ? 'fetch' : 'ingest' },
    { key: SEARCH_ATTRIBUTES.language, value: language },
    { key: SEARCH_ATTRIBUTES.model, value: model },
    { key: SEARCH_ATTRIBUTES.request, value: hash },
    ...(tenant === null ? [] : [{ key: SEARCH_ATTRIBUTES.tenant, value: tenant }]),
  ];
  const startWith = (searchable: object) =>
    client.workflow.start(TRANSCRIPTION, {
      workflowId,
      taskQueue: MEDIA_QUEUE,
      args: [request],
      memo: {
        ...{ name: source.name, request: hash, model, models: modelsOf(options), tenant },
        ...(message && { message: message.digest }),
      },
      staticSummary: startSummary(source, options),
      priority: turn,
      workflowIdReusePolicy: reuse,
      workflowIdConflictPolicy: 'FAIL',
      ...searchable,
    });
  try {
    const handle = await startWith({ typedSearchAttributes: new TypedSearchAttributes(pairs) }).catch(
      (error: unknown) => {
        // A server that does not know the attributes refuses the whole start.
        if (grpcStatusOf(error) !== GRPC.invalidArgument) throw error;
        return startWith({});
      },
    );
    return handle.firstExecutionRunId;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    throw error;
  }
}
