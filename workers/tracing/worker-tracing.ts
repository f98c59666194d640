import { createRequire } from 'node:module';
import { trace } from '@opentelemetry/api';
import { ApplicationFailure } from '@temporalio/common';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker/index.js';
import type { ActivityInboundCallsInterceptor, WorkerOptions } from '@temporalio/worker';
import type { TranscribeWindow } from '../../activities/transcribe.ts';
import type { WorkerTracing } from './open.ts';
import { tracedWindows } from './traced-windows.ts';
import { startTracing, type Tracing } from './tracing.ts';

type ActivityInterceptor = NonNullable<NonNullable<WorkerOptions['interceptors']>['activity']>[number];
type WorkflowExporter = ReturnType<typeof makeWorkflowExporter>;

/** The module that traces workflows, to be bundled with them. */
export const WORKFLOW_MODULE = createRequire(import.meta.url).resolve(
  '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors.js',
);

/** Has each attempt at an activity traced, as a part of what its workflow does. */
const activity: ActivityInterceptor = (context) => ({
  inbound: new OpenTelemetryActivityInboundInterceptor(context),
  outbound: new OpenTelemetryActivityOutboundInterceptor(context),
});

/** Has the span of an attempt that fails say the error's code, by OpenTelemetry's name for it. */
const codes: ActivityInboundCallsInterceptor = {
  execute: (input, next) =>
    next(input).catch((error: unknown) => {
      if (error instanceof ApplicationFailure && error.type)
        trace.getActiveSpan()?.setAttribute('error.type', error.type);
      throw error;
    }),
};

/** Takes the spans of workflows, with IDs alone: the SDK adds all that is known of a workflow, its memo with the source's name too. */
function workflowExporter({ processor, resource }: Tracing): WorkflowExporter {
  const { export: all } = makeWorkflowExporter(processor, resource);
  const fn: typeof all.fn = ({ workflowId, runId, workflowType, taskQueue, namespace }, spans) =>
    all.fn({ workflowId, runId, workflowType, taskQueue, namespace } as Parameters<typeof fn>[0], spans);
  return { export: { fn } };
}

/** Starts the traces of a worker process. */
export function workerTracing(service: string): WorkerTracing {
  const tracing = startTracing(service);
  return {
    interceptors: [activity, () => ({ inbound: codes })],
    sinks: { exporter: workflowExporter(tracing) },
    workflowModules: [WORKFLOW_MODULE],
    windows: (device: string, transcribe: TranscribeWindow) => tracedWindows(device, transcribe),
    [Symbol.asyncDispose]: () => tracing[Symbol.asyncDispose](),
  };
}
