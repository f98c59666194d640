import type { NativeConnection } from '@temporalio/worker';
import type { Pool } from '../activities/resolve.ts';
import { saturatesProducts } from '../models/whisper/cpu-flags.ts';
import type { Device } from '../models/whisper/device.ts';
import { gpuQueue, MEDIA_QUEUE, type Precision } from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';
import { stillPolls, type ListedPoller } from '../workflows/pollers.ts';
import { activityPollers } from './activity-pollers.ts';
import { hasBegunChunk } from './begun-chunks.ts';
import type { WorkerSettings } from './settings.ts';

/** What decides the precisions of a device: a CUDA card, a processor, one whose 8-bit products saturate. */
type Kind = 'cuda' | 'cpu' | 'cpu7';

/** Precisions of a kind of device, best first. Full precision is slower on all, and no better. */
const LADDERS: Readonly<Record<Kind, readonly Precision[]>> = {
  cuda: ['fp16', 'int8-fp16'],
  cpu7: ['int7'],
  cpu: ['int8'],
};

const kindOf = (device: Device): Kind => (device !== 'cpu' ? 'cuda' : saturatesProducts() ? 'cpu7' : 'cpu');

export const precisionsOf = (device: Device): Precision[] => [...LADDERS[kindOf(device)]];

/** The role of a gpu worker in its identity on the server: `gpu.cuda:0`, `gpu.cpu`, `gpu.cpu7`. */
export const roleOf = (device: Device): string => `gpu.${device === 'cpu' ? kindOf(device) : device}`;

/** Whether a worker's identity is that of a gpu worker on a kind of device. */
const runsOn = (identity: string, kind: Kind): boolean =>
  new RegExp(`^gpu\\.${kind}(:\\d+)? `).test(identity);

/**
 * The workers of a server. Every worker of a queue can run every precision of it, and none may decide a text by the luck
 * of who polled first: the best device serving a queue decides its precisions, and of processors the one whose products
 * saturate, since all can run `int7`.
 */
export function poolOf(
  { device, namespace }: Pick<WorkerSettings, 'device' | 'namespace'>,
  connection: Pick<NativeConnection, 'workflowService'>,
): Pool {
  /** Of the devices that serve a queue as `isCounted` sees it; null where there are none. */
  const precisionsOn = async (
    queue: string,
    isCounted: (poller: ListedPoller) => boolean = () => true,
  ): Promise<Precision[] | null> => {
    const pollers = await activityPollers(connection, namespace, queue);
    const identities = pollers.filter(isCounted).map(({ identity }) => identity ?? '');
    if (identities.length === 0) return null;
    const decides = (['cuda', 'cpu7'] as const).find((kind) => identities.some((one) => runsOn(one, kind)));
    return [...LADDERS[decides ?? 'cpu']];
  };
  return {
    isCpu: device === 'cpu',
    precisionsOf: async (model) => {
      if (device !== null) return precisionsOf(device);
      const queue = gpuQueue(model);
      const now = await serverTime(connection, namespace);
      const precisions = await precisionsOn(queue, (poller) => stillPolls(poller, now));
      if (precisions) return precisions;
      const message = `Expected a worker on the task queue ${queue}, found none yet`;
      throw new LonghandError('LH_QUEUE_UNSERVED', message, { details: { queue } });
    },
    // A worker that is busy for minutes asks for nothing meanwhile: whom the server has not forgotten yet, counts.
    precisionsOn: (queue) => precisionsOn(queue),
    hasBegun: (execution) => hasBegunChunk(connection, namespace, execution),
  };
}

/** The server's clock, at most a minute ago: when a worker last asked for media work, as the caller itself does. */
async function serverTime(
  connection: Pick<NativeConnection, 'workflowService'>,
  namespace: string,
): Promise<Date> {
  const pollers = await activityPollers(connection, namespace, MEDIA_QUEUE);
  const times = pollers.map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0));
  return times.length > 0 ? new Date(1000 * Math.max(...times)) : new Date();
}
