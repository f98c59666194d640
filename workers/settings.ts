import type { Keep } from '../activities/retention/sweep.ts';
import type { Device } from '../models/whisper/device.ts';
import type { Listen } from './figures/listen.ts';
import { gpuQueue } from '../workflows/contract.ts';
import { cpuQueue } from '../workflows/rung.ts';

/** What a worker is told at its start; JSON in the only argument of one that the supervisor forks. */
export interface WorkerSettings {
  readonly home: string;
  /** `host:port` of the Temporal server. */
  readonly address: string;
  readonly namespace: string;
  /** Name of a model in the catalogue. */
  readonly model: string;
  /** URL of the store, as `openStore` takes it. */
  readonly store: string;
  /**
   * What a gpu worker runs on. A media worker's transcriptions get the ladder of this device; null asks the server
   * which devices serve the model, as a pool of machines needs.
   */
  readonly device: Device | null;
  /** Bytes that the engines of a gpu worker on the CPU may hold together; without it, what the machine has. */
  readonly memory?: number | undefined;
  /** How long a media worker keeps what nobody uses in the store; without it, for ever. */
  readonly keep?: Keep | undefined;
  /** Whether a gpu worker on the CPU stands by for machines with cards: it serves `cpuQueue`, and takes what falls to it. */
  readonly reserve?: boolean | undefined;
  /** Thresholds of a gpu worker's governor, as `parseGovernor` takes them; without it, those of `LONGHAND_GOVERNOR`. */
  readonly governor?: string | undefined;
  /** Where figures and health are served; without it, nowhere. */
  readonly metrics?: Listen | undefined;
  /** Names the build of a media worker to the server: what it begins stays with workers of that build. */
  readonly buildId?: string | undefined;
}

/** Task queue of a gpu worker. `model`: the name of one. */
export const queueOf = ({ model, reserve }: Pick<WorkerSettings, 'model' | 'reserve'>): string =>
  (reserve ? cpuQueue : gpuQueue)(model);

export function readSettings(argv: readonly string[]): WorkerSettings {
  const [, , json] = argv;
  if (!json) throw new Error('Expected the worker settings as JSON in the first argument, got none');
  return JSON.parse(json) as WorkerSettings;
}
