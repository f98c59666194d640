import type { NativeConnection } from '@temporalio/worker';
import type { Device } from '../models/whisper/device.ts';
import { gpuQueue, type Precision } from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';
import { stillPolls } from '../workflows/pollers.ts';
import { activityPollers } from './activity-pollers.ts';
import type { WorkerSettings } from './settings.ts';

/** Identity of a gpu worker, as `workerIdentity` writes it. */
const ON_CUDA = /^gpu\.cuda:\d+ /;

/** Precisions of a device, best first. Full precision is slower on both, and no better. */
export function precisionsOf(device: Device): Precision[] {
  return device === 'cpu' ? ['int8'] : ['fp16', 'int8-fp16'];
}

/**
 * The ladder of a transcription that names no precision: that of the settings' device, else that of the best device
 * serving the model's queue, since every worker of the queue can run every precision and none may decide a text by
 * the luck of who polled first. Throws LH_QUEUE_UNSERVED, for another try, while nobody serves it.
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
  return precisionsOf(identities.some((identity) => ON_CUDA.test(identity)) ? 'cuda:0' : 'cpu');
}
