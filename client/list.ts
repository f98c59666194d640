import type { Client } from '@temporalio/client';
import { PHASES, type Phase } from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';
import { STATUSES, type TranscriptionStatus } from './status.ts';
import { summaryOf, TRANSCRIPTION, type TranscriptionSummary } from './summary.ts';
import { quoted, searchTranscriptions } from './visibility.ts';

/** Which transcriptions to list; all that is given must fit. */
export interface ListFilter {
  readonly status?: TranscriptionStatus;
  readonly phase?: Phase;
  readonly tenant?: string;
  /** Whisper's code of the language named or heard. */
  readonly language?: string;
  readonly model?: string;
  /** How many at most, from 1. @default all there are */
  readonly limit?: number;
}

const SERVER_STATUS: Readonly<Record<TranscriptionStatus, string>> = {
  running: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Canceled',
  terminated: 'Terminated',
  'timed out': 'TimedOut',
};

/**
 * The transcriptions that fit, those that run first, newest first. Throws LH_OPTION_INVALID.
 *
 * @internal
 */
export async function* listTranscriptions(
  client: Client,
  filter: ListFilter,
): AsyncGenerator<TranscriptionSummary> {
  checkFilter(filter);
  const { status, limit = Infinity, ...searched } = filter;
  const attributes = Object.fromEntries(
    // What has completed is done, whether its last word reached the attributes or not.
    Object.entries(searched).filter(
      ([name, value]) => value !== undefined && !(name === 'phase' && value === 'done'),
    ),
  );
  const where = status === undefined ? [] : [`ExecutionStatus = ${quoted(SERVER_STATUS[status])}`];
  let count = 0;
  for await (const workflow of searchTranscriptions(client, { where, attributes })) {
    const summary = summaryOf(workflow);
    if (!fits(summary, filter)) continue;
    yield summary;
    count += 1;
    if (count >= limit) return;
  }
}

/**
 * How many transcriptions run.
 *
 * @internal
 */
export async function countRunning(client: Client): Promise<number> {
  const query = `WorkflowType = ${quoted(TRANSCRIPTION)} AND ExecutionStatus = ${quoted(SERVER_STATUS.running)}`;
  return (await client.workflow.count(query)).count;
}

function fits(summary: TranscriptionSummary, filter: ListFilter): boolean {
  const fields = ['status', 'phase', 'tenant', 'language', 'model'] as const;
  return fields.every((field) => filter[field] === undefined || filter[field] === summary[field]);
}

function checkFilter({ status, phase, limit }: ListFilter): void {
  refuseUnless(status === undefined || STATUSES.includes(status), 'status', STATUSES.join(', '), status);
  refuseUnless(phase === undefined || PHASES.includes(phase), 'phase', PHASES.join(', '), phase);
  const isCount = limit === undefined || (Number.isInteger(limit) && limit > 0);
  refuseUnless(isCount, 'limit', 'a positive integer', limit);
}

function refuseUnless(holds: boolean, option: string, expected: string, value: unknown): void {
  if (holds) return;
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected \`${option}\` to be ${expected}, got \`${String(value)}\``,
  );
}
