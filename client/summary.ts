import type { WorkflowExecutionInfo, WorkflowExecutionStatusName } from '@temporalio/client';
import { PHASES, type Phase } from '../workflows/contract.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes.ts';
import type { TranscriptionStatus } from './status.ts';

/** Workflow type of a transcription. */
export const TRANSCRIPTION = 'transcription';

/** A transcription as the server lists it, without asking a worker. */
export interface TranscriptionSummary {
  /** The transcription's ID. */
  readonly id: string;
  /** The run: a transcription that failed, was cancelled or lost its files has another when it is made again. */
  readonly runId: string;
  /** File name of the source. */
  readonly name: string;
  readonly status: TranscriptionStatus;
  /** Where it stands, or stood when it ended. */
  readonly phase: Phase;
  /** The language the caller named (`auto` where none), then the one heard; null where the server was not told. */
  readonly language: string | null;
  /** Name of the model; empty where the server was not told. */
  readonly model: string;
  /** Names of the models that its ladder may need, as far as the request names them; none where the server was not told. */
  readonly models: readonly string[];
  readonly tenant: string | null;
  readonly startedAt: Date;
  /** Null while it runs. */
  readonly endedAt: Date | null;
}

type SearchedBy = keyof typeof SEARCH_ATTRIBUTES;

/** What lists and descriptions of a workflow both tell. */
type Workflow = Omit<WorkflowExecutionInfo, 'raw'>;

/**
 * What `workflow` is: of a server that knows the search attributes, or of one that has the memo alone.
 *
 * @internal
 */
export function summaryOf(workflow: Workflow): TranscriptionSummary {
  const { workflowId, runId, memo, startTime, closeTime } = workflow;
  const status = statusOf(workflow.status.name);
  const phase = PHASES.find((one) => one === knownAs(workflow, 'phase')) ?? 'ingest';
  return {
    id: workflowId,
    runId,
    name: textOf(memo?.name) ?? workflowId,
    status,
    phase: status === 'completed' ? 'done' : phase,
    language: knownAs(workflow, 'language'),
    model: knownAs(workflow, 'model') ?? '',
    models: Array.isArray(memo?.models) ? (memo.models as string[]) : [],
    tenant: knownAs(workflow, 'tenant'),
    startedAt: startTime,
    endedAt: closeTime ?? null,
  };
}

/**
 * Identity of the request that a transcription was started with; null where it is none of ours.
 *
 * @internal
 */
export function requestOf(workflow: Workflow): string | null {
  return workflow.type === TRANSCRIPTION ? textOf(workflow.memo?.request) : null;
}

/**
 * Digest of the message that asked for a transcription; null where none did, or it is none of ours.
 *
 * @internal
 */
export function messageOf(workflow: Workflow): string | null {
  return workflow.type === TRANSCRIPTION ? textOf(workflow.memo?.message) : null;
}

function knownAs({ typedSearchAttributes, memo }: Workflow, name: SearchedBy): string | null {
  return typedSearchAttributes.get(SEARCH_ATTRIBUTES[name]) ?? textOf(memo?.[name]);
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const STATUS_NAMES: Readonly<Partial<Record<WorkflowExecutionStatusName, TranscriptionStatus>>> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed out',
};

/** A workflow that is neither at work nor ended is paused: it goes on. */
const statusOf = (name: WorkflowExecutionStatusName): TranscriptionStatus => STATUS_NAMES[name] ?? 'running';
