import type { WorkerSettings } from '../settings.ts';
import { openEndpoint } from './endpoint.ts';
import { readLogSettings, type LogSettings } from './log.ts';
import { installRuntime } from './runtime.ts';
import { STARTING, type Vitals } from './vitals.ts';

interface Figures {
  /** Where figures and health are served; null where they are not. */
  readonly url: string | null;
  /** What the environment says of the log. */
  readonly log: LogSettings;
  /** Tells health from now on by these. */
  readonly follow: (vitals: Vitals) => void;
}

/**
 * Sets up the log, the figures and the health of a worker process, before anything of Temporal's is used. `level`: the
 * least that is logged as text. Throws LH_OPTION_INVALID and LH_PORT_BUSY.
 */
export async function startFigures(
  { metrics }: Pick<WorkerSettings, 'metrics'>,
  level: 'INFO' | 'WARN',
): Promise<Figures> {
  const log = readLogSettings();
  const exporter = await installRuntime({ log: log.format, level, shown: metrics !== undefined });
  let vitals = STARTING;
  const url = metrics ? await openEndpoint(metrics, { exporter, vitals: () => vitals }) : null;
  return { url, log, follow: (latest) => (vitals = latest) };
}
