import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils.js';

/** What the Temporal UI reads to show a workflow. */

/** Summary of each activity and child workflow, in the order in which they were scheduled. */
export function summariesOf({ events }: History): { readonly name: string; readonly summary: unknown }[] {
  return (events ?? []).flatMap((event) => {
    const name =
      event.activityTaskScheduledEventAttributes?.activityType?.name ??
      event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowType?.name;
    return name ? [{ name, summary: decoded(event.userMetadata?.summary) }] : [];
  });
}

export interface PendingActivity {
  readonly name: string;
  readonly attempt: number;
  /** What the last heartbeat said; undefined before one came. */
  readonly heartbeat: unknown;
}

export async function pendingActivities(handle: WorkflowHandle): Promise<PendingActivity[]> {
  const { raw } = await handle.describe();
  return (raw.pendingActivities ?? []).map(({ activityType, attempt, heartbeatDetails }) => ({
    name: activityType?.name ?? '',
    attempt: attempt ?? 0,
    heartbeat: decoded(heartbeatDetails?.payloads?.[0]),
  }));
}

export async function currentDetails(handle: WorkflowHandle): Promise<string> {
  const { currentDetails: details } = await handle.query<{ currentDetails: string }>(
    '__temporal_workflow_metadata',
  );
  return details;
}

/** The rows of a Markdown table by their first cell, the line below its head left out. */
export function rowsOf(table: string): Record<string, string> {
  const rows = table.split('\n').filter((_, index) => index !== 1);
  return Object.fromEntries(rows.map((row) => row.slice(2, -2).split(' | ') as [string, string]));
}

function decoded(payload: Payload | null | undefined): unknown {
  return payload ? defaultPayloadConverter.fromPayload(payload) : undefined;
}
