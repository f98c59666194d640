import { join, resolve } from 'node:path';
import type { Device } from '../../models/whisper/device.ts';
import { longhandHome } from '../../models/home.ts';
import { modelName } from '../../workflows/contract.ts';
import { DEFAULT_MODEL, DEFAULT_NAMESPACE } from '../../workflows/defaults.ts';
import { modelsOf } from '../../workflows/rung.ts';
import type { Keep } from '../../activities/retention/sweep.ts';
import type { ConnectionFlags, RetentionFlags } from './flags.ts';

/** Where a command works, as its flags and the environment say. */
export interface Settings {
  readonly home: string;
  /** `host:port` of a Temporal server; null means the embedded one. */
  readonly address: string | null;
  readonly namespace: string;
  /** URL of the store. */
  readonly store: string;
  /** Whether the caller named the store. */
  readonly isStoreGiven: boolean;
  /** Name of a model. */
  readonly model: string;
  /** Names of the models that workers must run: the command starts transcriptions, or stands for others that do. */
  readonly needed: readonly string[];
  /** Port that the embedded server must use; null takes a free one. */
  readonly port: number | null;
  /** What models run on; null takes what is running, else the processor. */
  readonly devices: readonly Device[] | null;
  /** How long the media worker keeps what nobody uses in the store. */
  readonly keep: Keep;
  /** Bytes that the engines of a model must keep within; null takes what is free. */
  readonly memory: number | null;
}

/**
 * Settings of a command from its flags. `own` are the flags of the commands that need a model, and may need a port,
 * devices and a limit of memory.
 */
export function settingsOf(
  { address, namespace, store }: ConnectionFlags,
  own?: RetentionFlags & {
    readonly model?: string;
    readonly ladder?: readonly string[];
    readonly port?: number;
    readonly devices?: readonly Device[];
    readonly memory?: number;
  },
): Settings {
  const home = longhandHome();
  const model = modelName((own?.model ?? DEFAULT_MODEL).trim().toLowerCase());
  return {
    home,
    address: address ?? null,
    namespace: namespace ?? DEFAULT_NAMESPACE,
    store: storeUrl(store ?? join(home, 'store')),
    isStoreGiven: store !== undefined,
    model,
    needed: own ? modelsOf({ model, ladder: own.ladder ?? [] }) : [],
    port: own?.port ?? null,
    devices: own?.devices ?? null,
    memory: own?.memory ?? null,
    keep: { recordings: own?.keepRecordings ?? null, results: own?.keepResults ?? null },
  };
}

/** A folder's path made absolute, for other processes; any other URL as it is. */
function storeUrl(store: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(store) ? store : resolve(store);
}
