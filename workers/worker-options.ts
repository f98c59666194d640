import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { dataConverter } from './data-converter.ts';
import { codedFailures } from './coded-failures.ts';
import type { WorkerSettings } from './settings.ts';

/** Milliseconds that an activity has to end by itself, once the end of the grace has cancelled it. */
const FORCE_AFTER = 2000;

/** What every worker is made with, whatever it serves. `grace`: as `MakeWorker` takes it. */
export function commonOptions(
  { namespace }: WorkerSettings,
  connection: NativeConnection,
  grace: number,
): Omit<WorkerOptions, 'taskQueue'> {
  return {
    connection,
    namespace,
    dataConverter: dataConverter(),
    interceptors: { activity: [() => ({ inbound: codedFailures })] },
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: grace,
    shutdownForceTime: grace + FORCE_AFTER,
  };
}
