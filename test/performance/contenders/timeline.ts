import type { Client } from '@temporalio/client';

/** An activity as its workflow's history has it; milliseconds since 1970. */
export interface ActivityTime {
  readonly type: string;
  /** The start of the attempt that completed. */
  readonly start: number;
  readonly end: number;
}

/** What is read of an event of a history; numbers as the protocol has them. */
interface Event {
  readonly eventId?: unknown;
  readonly eventTime?: { readonly seconds?: unknown; readonly nanos?: number | null } | null;
  readonly activityTaskScheduledEventAttributes?: {
    readonly activityType?: { readonly name?: string | null } | null;
  } | null;
  readonly activityTaskCompletedEventAttributes?: {
    readonly scheduledEventId?: unknown;
    readonly startedEventId?: unknown;
  } | null;
}

/** The completed activities of all workflows that were started at or after `since` (milliseconds since 1970). */
export async function activityTimes(client: Client, since: number): Promise<ActivityTime[]> {
  const times: ActivityTime[] = [];
  const query = `StartTime >= "${new Date(since).toISOString()}"`;
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    times.push(...timesOf(events ?? []));
  }
  return times;
}

/** The completed activities of one history. */
export function timesOf(events: readonly Event[]): ActivityTime[] {
  const byId = new Map(events.map((event) => [Number(event.eventId), event]));
  return events.flatMap((event) => {
    const completed = event.activityTaskCompletedEventAttributes;
    if (!completed) return [];
    const scheduled = byId.get(Number(completed.scheduledEventId))?.activityTaskScheduledEventAttributes;
    const started = byId.get(Number(completed.startedEventId));
    if (!scheduled || !started) throw new Error('Expected a completed activity to have been started');
    return [{ type: scheduled.activityType?.name ?? '', start: timeOf(started), end: timeOf(event) }];
  });
}

/** Milliseconds in which at least one of the activities ran. */
export function covered(times: readonly ActivityTime[]): number {
  let [total, until] = [0, -Infinity];
  for (const { start, end } of [...times].sort((a, b) => a.start - b.start)) {
    total += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return total;
}

const timeOf = ({ eventTime }: Event): number =>
  Number(eventTime?.seconds ?? 0) * 1000 + (eventTime?.nanos ?? 0) / 1e6;
