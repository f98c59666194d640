import type { NativeConnection } from '@temporalio/worker';
import { saturatesProducts } from '../models/whisper/cpu-flags.ts';
import type { Device } from '../models/whisper/device.ts';
import { gpuQueue, type Precision } from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';
import { stillPolls } from '../workflows/pollers.ts';
import { activityPollers } from './activity-pollers.ts';
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
 * The ladder of a transcription that names no precision: that of the settings' device, else that of the best device
 * serving the model's queue, since every worker of the queue can run every precision of it and none may decide a text
 * by the luck of who polled first. Of processors the one whose products saturate decides: all can run `int7`. Throws
 * LH_QUEUE_UNSERVED, for another try, while nobody serves it.
 */
export async function deviceLadder(
  model: string,
  { device, namespace }: Pick<WorkerSettings, 'device' | 'namespace'>,
  connection: Pick<NativeConnection, 'workflowService'>,
): Promise<Precision[]> {
  if (device !== null) return precisionsOf(device);
  const queue = gpuQueue(model);
  const pollers = await activityPollers(connection, namespace, queue);
  const now = new Date();
  const identities = pollers
    .filter((poller) => stillPolls(poller, now))
    .map(({ identity }) => identity ?? '');
  if (identities.length === 0) {
    throw new LonghandError(
      'LH_QUEUE_UNSERVED',
      `Expected a worker on the task queue ${queue}, found none yet`,
      {
        details: { queue },
      },
    );
  }
  const decides = (['cuda', 'cpu7'] as const).find((kind) => identities.some((one) => runsOn(one, kind)));
  return [...LADDERS[decides ?? 'cpu']];
}
