import { createRequire } from 'node:module';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker/index.js';
import type { WorkerOptions } from '@temporalio/worker';
import type { TranscribeWindow } from '../../activities/transcribe.ts';
import type { WorkerTracing } from './open.ts';
import { tracedWindows } from './traced-windows.ts';
import { startTracing } from './tracing.ts';

type ActivityInterceptor = NonNullable<NonNullable<WorkerOptions['interceptors']>['activity']>[number];

/** The module that traces workflows, to be bundled with them. */
export const WORKFLOW_MODULE = createRequire(import.meta.url).resolve(
  '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors.js',
);

/** Has each attempt at an activity traced, as a part of what its workflow does. */
const activity: ActivityInterceptor = (context) => ({
  inbound: new OpenTelemetryActivityInboundInterceptor(context),
  outbound: new OpenTelemetryActivityOutboundInterceptor(context),
});

/** Starts the traces of a worker process. */
export function workerTracing(service: string): WorkerTracing {
  const tracing = startTracing(service);
  const { processor, resource } = tracing;
  return {
    interceptors: [activity],
    sinks: { exporter: makeWorkflowExporter(processor, resource) },
    workflowModules: [WORKFLOW_MODULE],
    windows: (device: string, transcribe: TranscribeWindow) => tracedWindows(device, transcribe),
    [Symbol.asyncDispose]: () => tracing[Symbol.asyncDispose](),
  };
}
