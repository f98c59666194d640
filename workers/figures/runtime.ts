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
  const collector = environment.OTEL_EXPORTER_OTLP_ENDPOINT;
  const port = shown && !collector ? await preferPort(0) : null;
  const metrics = collector ? pushed(collector, environment) : port === null ? null : scraped(port);
  // The SDK would swallow SIGINT while no worker runs, and who ends a worker is decided here.
  Runtime.install({
    shutdownSignals: [],
    logger: makeLogger(log, level),
    telemetryOptions: { ...(metrics && { metrics }), ...(log === 'json' && { logging: { forward: {} } }) },
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

/** By gRPC, or by HTTP where OpenTelemetry's own variable asks for it. */
const pushed = (url: string, environment: NodeJS.ProcessEnv): MetricsOptions => ({
  otel: {
    url,
    http: (environment.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'grpc').startsWith('http'),
    useSecondsForDurations: true,
    histogramBucketOverrides: BUCKETS,
  },
});
