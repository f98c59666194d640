import type { WorkerOptions } from '@temporalio/worker';
import type { TranscribeWindow } from '../../activities/transcribe.ts';

/** How a worker traces what it does. Disposing it sends what is left. */
export interface WorkerTracing extends AsyncDisposable {
  readonly interceptors: NonNullable<NonNullable<WorkerOptions['interceptors']>['activity']>;
  /** Where workflows, which reach nothing by themselves, leave their traces. */
  readonly sinks: NonNullable<WorkerOptions['sinks']>;
  /** Modules to be bundled with the workflows. */
  readonly workflowModules: string[];
  /** The same, what its engines do traced as well. */
  readonly windows: (device: string, transcribe: TranscribeWindow) => TranscribeWindow;
}

/** Whether OpenTelemetry's own variables name a collector of traces. */
export const isTraced = (environment: NodeJS.ProcessEnv = process.env): boolean =>
  environment.OTEL_SDK_DISABLED !== 'true' &&
  environment.OTEL_TRACES_EXPORTER !== 'none' &&
  [environment.OTEL_EXPORTER_OTLP_ENDPOINT, environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT].some(Boolean);

/** The traces of a worker process; null where none are wanted, and nothing of them is loaded. */
export async function openTracing(service: string): Promise<WorkerTracing | null> {
  return isTraced() ? (await import('./worker-tracing.ts')).workerTracing(service) : null;
}
