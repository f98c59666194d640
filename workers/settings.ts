import { join } from 'node:path';

/** What the supervisor tells a worker at its start, as JSON in its only argument. */
export interface WorkerSettings {
  readonly home: string;
  /** `host:port` of the Temporal server. */
  readonly address: string;
  readonly namespace: string;
  /** Name of a model in the catalogue. */
  readonly model: string;
}

export function readSettings(argv: readonly string[]): WorkerSettings {
  const [, , json] = argv;
  if (!json) throw new Error('Expected the worker settings as JSON in the first argument, got none');
  return JSON.parse(json) as WorkerSettings;
}

/** The store's folder in a home. */
export const storeFolder = (home: string): string => join(home, 'store');
