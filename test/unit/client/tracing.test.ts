import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { defaultPayloadConverter } from '@temporalio/common';
import type { WorkflowStartInput, WorkflowStartOutput } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tracing } from '../../../client/tracing.ts';

beforeAll(() =>
  new BasicTracerProvider().register({ contextManager: new AsyncLocalStorageContextManager() }),
);
afterAll(() => {
  for (const api of [trace, context, propagation]) api.disable();
});

it('the header of a trace, which no key encrypts, holds the trace’s ID and no baggage', async () => {
  const baggage = propagation.createBaggage({ patient: { value: 'hush-4711' } });
  const sent = await context.with(
    propagation.setBaggage(context.active(), baggage),
    () =>
      new Promise<WorkflowStartInput>((resolve) => {
        void tracing.startWithDetails?.({ headers: {} } as WorkflowStartInput, (input) => {
          resolve(input);
          return Promise.resolve({} as WorkflowStartOutput);
        });
      }),
  );
  const header = defaultPayloadConverter.fromPayload(sent.headers['_tracer-data']!);
  expect(header).toEqual({
    traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/) as string,
  });
});
