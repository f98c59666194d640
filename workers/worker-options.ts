import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { dataConverter } from './data-converter.ts';
import { codedFailures } from './coded-failures.ts';
import { activityFigures } from './figures/activity-figures.ts';
import type { LogSettings } from './figures/log.ts';
import type { WorkerSettings } from './settings.ts';
import type { WorkerTracing } from './tracing/open.ts';

/** Milliseconds that an activity has to end by itself, once the end of the grace has cancelled it. */
const FORCE_AFTER = 2000;

/** What every worker is made with, whatever it serves. `grace` and `log`: as `MakeWorker` takes them. */
export function commonOptions(
  { namespace }: Pick<WorkerSettings, 'namespace'>,
  connection: NativeConnection,
  { grace, log, tracing }: { grace: number; log: LogSettings; tracing: WorkerTracing | null },
): Omit<WorkerOptions, 'taskQueue'> {
  const figures = activityFigures(log.sample);
  return {
    connection,
    namespace,
    dataConverter: dataConverter(),
    interceptors: {
      activity: [
        ...(tracing?.interceptors ?? []),
        () => ({ inbound: figures }),
        () => ({ inbound: codedFailures }),
      ],
    },
    ...(tracing && { sinks: tracing.sinks }),
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: grace,
    shutdownForceTime: grace + FORCE_AFTER,
  };
}
