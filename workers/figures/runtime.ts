import { Runtime, type RuntimeOptions } from '@temporalio/worker';
import type { MetricMeter } from '@temporalio/common';
import { FIGURES, record, type FigureName, type Labels } from '../../workflows/figures.ts';
import { preferPort } from '../supervisor/ports.ts';
import { makeLogger, type LogFormat } from './log.ts';

type MetricsOptions = NonNullable<NonNullable<RuntimeOptions['telemetryOptions']>['metrics']>;

const BUCKETS: Record<string, number[]> = Object.fromEntries(
  Object.entries(FIGURES).flatMap(([name, { buckets }]) =>
    buckets.length > 0 ? [[name, [...buckets]]] : [],
  ),
);

/** What a worker process does with what it counts and says. */
interface RuntimeSettings {
  readonly log: LogFormat;
  /** The least that is logged where it is for people. */
  readonly level: 'INFO' | 'WARN';
  /** Whether figures are shown at an endpoint, unless they are pushed. */
  readonly shown: boolean;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Sets up Temporal's runtime for a worker process: its log, and one exporter for its own figures and ours. Gives the port
 * of this machine where Prometheus finds them; null where they are pushed to a collector, or not wanted.
 */
export async function installRuntime({
  log,
  level,
  shown,
  environment = process.env,
}: RuntimeSettings): Promise<number | null> {
  const collector = collectorOf(environment);
  const port = shown && !collector ? await preferPort(0) : null;
  const metrics = collector ? pushed(collector) : port === null ? null : scraped(port);
  // The SDK would swallow SIGINT while no worker runs, and who ends a worker is decided here.
  Runtime.install({
    shutdownSignals: [],
    logger: makeLogger(log, level),
    // Left alone, the SDK's core writes its log to standard output, which is for what `--json` tells.
    telemetryOptions: { ...(metrics && { metrics }), logging: { forward: {} } },
  });
  return port;
}

/** Records a figure of this worker process. */
export function count<N extends FigureName>(name: N, value: number, labels: Labels<N>): void {
  const meter: MetricMeter = Runtime.instance().metricMeter;
  record(meter, name, value, labels);
}

const scraped = (port: number): MetricsOptions => ({
  attachServiceName: false,
  prometheus: {
    bindAddress: `127.0.0.1:${port}`,
    countersTotalSuffix: true,
    unitSuffix: true,
    useSecondsForDurations: true,
    histogramBucketOverrides: BUCKETS,
  },
});

interface Collector {
  readonly url: string;
  readonly http: boolean;
}

/**
 * Where OpenTelemetry's own variables have figures pushed to; null where they do not, for a collector of traces alone leaves
 * them at the endpoint.
 */
export function collectorOf(environment: NodeJS.ProcessEnv): Collector | null {
  const { OTEL_METRICS_EXPORTER, OTEL_EXPORTER_OTLP_ENDPOINT: all } = environment;
  const { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: own, OTEL_EXPORTER_OTLP_PROTOCOL: protocol } = environment;
  const { OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: wanted = protocol ?? 'http/protobuf' } = environment;
  if (OTEL_METRICS_EXPORTER === 'none' || environment.OTEL_SDK_DISABLED === 'true') return null;
  const http = wanted.startsWith('http');
  if (own) return { url: own, http };
  if (OTEL_METRICS_EXPORTER !== 'otlp' || !all) return null;
  return { url: http ? `${all.replace(/\/$/, '')}/v1/metrics` : all, http };
}

const pushed = (collector: Collector): MetricsOptions => ({
  otel: { ...collector, useSecondsForDurations: true, histogramBucketOverrides: BUCKETS },
});
