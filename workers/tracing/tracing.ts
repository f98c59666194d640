import { setTimeout } from 'node:timers/promises';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { readPayloadKeys } from '../../activities/payloads/keys.ts';
import { hushed } from './hushed.ts';

/** Milliseconds that what is left has to reach the collector when the process ends. */
const LAST_WORDS = 2000;

/** Traces of this process, on their way to a collector. */
export interface Tracing extends AsyncDisposable {
  readonly resource: Resource;
  readonly processor: SpanProcessor;
}

/**
 * Has what this process does traced, by HTTP to the collector that OpenTelemetry's variables name; how much of it, and all else, is told by them
 * as well (`OTEL_TRACES_SAMPLER`, `OTEL_SERVICE_NAME`, `OTEL_BSP_…`). Disposing it sends what is left.
 * Where payloads are encrypted, the messages of errors are left out: they are encrypted on the server, and a collector is no place to read them.
 */
export function startTracing(service: string): Tracing {
  const { OTEL_SERVICE_NAME: name = service } = process.env;
  const resource = Resource.default().merge(new Resource({ 'service.name': name }));
  const exporter = new OTLPTraceExporter();
  const processor = new BatchSpanProcessor(readPayloadKeys() ? hushed(exporter) : exporter);
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  provider.register({ contextManager: new AsyncLocalStorageContextManager() });
  return {
    resource,
    processor,
    // A collector that is away is no reason not to end.
    [Symbol.asyncDispose]: () =>
      Promise.race([
        provider.shutdown().catch(() => undefined),
        setTimeout(LAST_WORDS, undefined, { ref: false }),
      ]),
  };
}
