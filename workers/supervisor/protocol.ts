import type { Keep } from '../../activities/retention/sweep.ts';
import type { Device } from '../../models/whisper/device.ts';
import type { WorkerSettings } from '../settings.ts';
import type { Status } from '../status.ts';

/** Where a supervisor of a home listens, and the word that opens its door; kept in a file only its user may read. */
export interface SupervisorAddress {
  readonly port: number;
  readonly token: string;
  readonly pid: number;
}

/** What a command asks of a supervisor that it starts. */
export interface SupervisorSettings extends Pick<
  WorkerSettings,
  'home' | 'model' | 'store' | 'namespace' | 'memory' | 'keep'
> {
  /** What models run on, as `parseDevices` orders them: the first has the best precisions. */
  readonly devices: readonly Device[];
  /** `host:port` of a Temporal server to use; null starts the embedded one. */
  readonly address: string | null;
  /** Port of the embedded server; null takes a free one. */
  readonly port: number | null;
}

/** What a supervisor tells those who hold a lease, a JSON line each; who comes later is told what still holds. */
export type SupervisorEvent =
  | Status
  /** A model that a holder asked for cannot be served; the others are. */
  | (Status & { readonly type: 'failed'; readonly model: string })
  /** The token was right: the lease is held. */
  | { readonly type: 'welcome' }
  /** Where the workers serve their figures and their health, by their names. */
  | { readonly type: 'endpoints'; readonly urls: Readonly<Record<string, string>> }
  /** The Temporal server answers; `ui` is the address of its web page, null where it is not ours. */
  | {
      readonly type: 'server';
      readonly address: string;
      readonly namespace: string;
      readonly ui: string | null;
      /** URL of the store that its workers use. */
      readonly store: string;
      readonly devices: readonly Device[];
      /** Bytes that the engines of a model keep within; null where they take what is free. */
      readonly memory: number | null;
      /** How long its media worker keeps what nobody uses in the store. */
      readonly keep: Keep;
      /** IDs of the keys that its workers encrypt payloads with; null where they do not. */
      readonly payloadKeys: string | null;
    };
