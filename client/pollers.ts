import type { Client } from '@temporalio/client';
import { processSpace } from '../activities/store/owner.ts';
import { MEDIA_QUEUE } from '../workflows/contract.ts';
import { QUEUE_TYPES, stillPolls } from '../workflows/pollers.ts';

/** A worker that asks for the work of the media queue. */
export interface Poller {
  /** As the Temporal UI shows it. */
  readonly identity: string;
  /** Names its host and PID namespace, as `processSpace` does; null where its identity says nothing of it. */
  readonly space: string | null;
}

/** The media workers that ask for work now; those of this host that are dead are left out. */
export async function mediaPollers(client: Client): Promise<Poller[]> {
  const answers = await Promise.all(
    Object.values(QUEUE_TYPES).map((taskQueueType) =>
      client.workflowService.describeTaskQueue({
        namespace: client.options.namespace,
        taskQueue: { name: MEDIA_QUEUE },
        taskQueueType,
      }),
    ),
  );
  const space = await processSpace();
  const pollers = new Map<string, Poller>();
  const now = new Date();
  for (const listed of answers.flatMap((answer) => answer.pollers ?? [])) {
    const poller = parsePoller(listed.identity ?? '');
    if (!stillPolls(listed, now) || (poller.space === space && !isAlive(poller))) continue;
    pollers.set(poller.identity, poller);
  }
  return [...pollers.values()];
}

/** `media <pid>@<host> <space>`; a name that another worker gave itself says nothing of its space. */
export function parsePoller(identity: string): Poller {
  const [, space = null] = /^media \d+@\S+ ([0-9a-f]{8})$/.exec(identity) ?? [];
  return { identity, space };
}

/** Whether the process lives that a poller of this host names. */
function isAlive({ identity }: Poller): boolean {
  const [, pid] = /^media (\d+)@/.exec(identity) ?? [];
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
