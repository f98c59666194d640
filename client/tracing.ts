import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { defaultPayloadConverter } from '@temporalio/common';
import type { WorkflowClientInterceptor } from '@temporalio/client';

/** The header in which Temporal's interceptors look for the trace that a workflow belongs to. */
const HEADER = '_tracer-data';

/**
 * Makes a transcription a part of the trace in which it is started, where the process has OpenTelemetry set up, and does
 * nothing where it has not.
 */
export const tracing: WorkflowClientInterceptor = {
  startWithDetails: (input, next) =>
    trace.getTracer('longhand').startActiveSpan(`StartWorkflow:${input.workflowType}`, async (span) => {
      try {
        const carrier: Record<string, string> = {};
        // What a backend has put into its baggage nobody here reads, and no key encrypts headers.
        propagation.inject(propagation.deleteBaggage(context.active()), carrier);
        const isTraced = Object.keys(carrier).length > 0;
        const header = isTraced ? { [HEADER]: defaultPayloadConverter.toPayload(carrier) } : {};
        return await next({ ...input, headers: { ...input.headers, ...header } });
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    }),
};
