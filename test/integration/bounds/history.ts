import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

export interface HistorySize {
  readonly workflowId: string;
  readonly events: number;
  /** Bytes of the whole history as the server sends it. */
  readonly bytes: number;
  /** Bytes of the largest payload. */
  readonly largestPayload: number;
  /** Transcribe activities that ended with a result, and how often one was begun. */
  readonly transcribed: number;
  readonly attempts: number;
}

const { EventType } = temporal.api.enums.v1;

/** The histories of every workflow of a namespace. */
export async function historySizes(client: Client): Promise<HistorySize[]> {
  const sizes: HistorySize[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    sizes.push({ workflowId, ...measure(events ?? []) });
  }
  return sizes;
}

function measure(events: readonly temporal.api.history.v1.IHistoryEvent[]): Omit<HistorySize, 'workflowId'> {
  const scheduled = events.filter(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'transcribe',
  );
  const ids = new Set(scheduled.map(({ eventId }) => String(eventId)));
  const ofTranscribe = (id: unknown) => ids.has(String(id));
  return {
    events: events.length,
    bytes: temporal.api.history.v1.History.encode({ events: [...events] }).finish().length,
    largestPayload: Math.max(...events.map(largestBytes)),
    transcribed: events.filter(
      ({ eventType, activityTaskCompletedEventAttributes: completed }) =>
        eventType === EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED &&
        ofTranscribe(completed?.scheduledEventId),
    ).length,
    attempts: events.reduce((sum, { activityTaskStartedEventAttributes: started }) => {
      return sum + (started && ofTranscribe(started.scheduledEventId) ? (started.attempt ?? 0) : 0);
    }, 0),
  };
}

/** The longest run of bytes anywhere in a value. */
function largestBytes(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Math.max(0, ...Object.values(value).map(largestBytes));
}
