/** `TaskQueueType` of Temporal's API: a name stands for a queue of workflow tasks and for one of activities. */
export const QUEUE_TYPES = { workflow: 1, activity: 2 } as const;

/** Seconds after which a worker that has asked for nothing is taken for gone: a poll lasts one minute. */
const SILENCE = 120;

/** A worker as `DescribeTaskQueue` names it. */
export interface ListedPoller {
  readonly identity?: string | null;
  /** When it last asked, by the server's clock. */
  readonly lastAccessTime?: { readonly seconds?: unknown } | null;
}

/** Whether a worker still asks for work at `now`: the server lists one for minutes after its death. */
export function stillPolls({ lastAccessTime }: ListedPoller, now: Date): boolean {
  return now.getTime() / 1000 - Number(lastAccessTime?.seconds ?? 0) <= SILENCE;
}
