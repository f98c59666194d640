import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { extname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { payloadKeyIds } from '../../activities/payloads/keys.ts';
import { FOR_EVER } from '../../activities/retention/sweep.ts';
import { openStore } from '../../activities/store/open.ts';
import { addedModels } from '../../models/added/registry.ts';
import { findModel } from '../../models/catalogue.ts';
import type { Device } from '../../models/whisper/device.ts';
import { DeviceWorkers, settingsOn } from '../devices/device-workers.ts';
import { LOOPBACK } from '../figures/listen.ts';
import { KeptWorker, type WorkerNews, type WorkerStart } from '../kept-worker.ts';
import type { WorkerSettings } from '../settings.ts';
import { failure, fetchNotices, type Status } from '../status.ts';
import { Leases } from './leases.ts';
import { lastError, logFile } from './logs.ts';
import type { SupervisorEvent, SupervisorSettings } from './protocol.ts';
import { watchRoom } from './room.ts';
import { awaitServer, startServer, type TemporalServer } from './server.ts';
import { locateTemporalCli } from './temporal-cli.ts';

/** A worker's kind, and for a gpu worker the model that it runs. */
interface WorkerRole {
  readonly kind: 'media' | 'gpu';
  readonly model: string;
}

/** Time that cleaning the store may take at the end, where it is far away and does not answer. Milliseconds. */
const SWEEP_DEADLINE = 5000;

/** Starts the Temporal server and the workers of a home, keeps them running, and tells the leases about it. */
export class Supervisor {
  readonly #settings: SupervisorSettings;
  /** By name, which begins those of their logs as well. */
  readonly #workers = new Map<string, KeptWorker | DeviceWorkers>();
  readonly #ready = new Set<string>();
  /** Where each worker process serves its figures, by the name of the worker and of the device. */
  readonly #endpoints = new Map<string, string>();
  /** The models that are served: the supervisor's own, and what holders asked for. */
  readonly #models: Set<string>;
  /** Address of the server that workers are started for; undefined before there is one. */
  #address: string | undefined;
  /** The events that still hold, by what they are about. */
  readonly #events = new Map<string, SupervisorEvent>();
  #leases: Leases | undefined;
  #server: TemporalServer | undefined;
  #stopped = false;

  constructor(settings: SupervisorSettings) {
    this.#settings = settings;
    this.#models = new Set([settings.model]);
  }

  get leases(): number {
    return this.#leases?.count ?? 0;
  }

  /** Opens the door for leases; `onLast` is called when the last is given back. */
  async open(onLast: () => void): Promise<{ port: number; token: string }> {
    const leases = new Leases(
      () => [...this.#events.values()],
      onLast,
      (model) => void this.#serve(model),
    );
    this.#leases = leases;
    return { port: await leases.listen(), token: leases.token };
  }

  /** Resolves when server and workers have been started. Throws the coded error of what could not be. */
  async run(): Promise<void> {
    const { home, address, port, namespace, store, devices, memory = null, keep = FOR_EVER } = this.#settings;
    const payloadKeys = payloadKeyIds();
    const told = { type: 'server', namespace, store, devices, memory, keep, payloadKeys } as const;
    watchRoom(home, (error) => this.tell(failure(error)));
    const notices = fetchNotices((status) => this.tell(status));
    if (address === null) {
      const cli = await locateTemporalCli({ home, ...notices });
      const server = await startServer({ home, cli, port, namespace, onNotice: notices.onNotice });
      this.#server = server;
      if (this.#stopped) return server.stop();
      // The workers load while the server starts, and connect when it answers.
      await Promise.all([this.#startWorkers(server.address), server.answering]);
      this.tell({ ...told, address: server.address, ui: server.ui });
    } else {
      await awaitServer(address);
      this.tell({ ...told, address, ui: null });
      await this.#startWorkers(address);
    }
  }

  tell(event: SupervisorEvent): void {
    if (event.type === 'fetch') this.#events.set(`fetch ${event.name}`, event);
    else if (event.type !== 'notice') this.#events.set(event.type, event);
    this.#leases?.tell(event);
  }

  /** Stops the workers, then the server; resolves when all are gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#leases?.close();
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop()));
    await this.#server?.stop();
    await this.#sweep();
  }

  /** Workers that were killed at the end of their grace left what they were writing; the next start tries again. */
  async #sweep(): Promise<void> {
    const swept = openStore(this.#settings.store).then((store) => store.sweep());
    await Promise.race([swept, setTimeout(SWEEP_DEADLINE)]).catch(() => undefined);
  }

  async #startWorkers(address: string): Promise<void> {
    this.#address = address;
    await this.#startWorker({ kind: 'media', model: this.#settings.model });
    for (const model of this.#models) await this.#startWorker({ kind: 'gpu', model });
  }

  /** Runs `model` as well from now on, as long as this supervisor runs. */
  async #serve(model: string): Promise<void> {
    if (this.#models.has(model)) return;
    try {
      findModel(model, addedModels(this.#settings.home));
    } catch (error) {
      return this.#tellFailure(model, failure(error));
    }
    this.#models.add(model);
    if (this.#address !== undefined) await this.#startWorker({ kind: 'gpu', model });
  }

  async #startWorker(role: WorkerRole): Promise<void> {
    const { home, devices } = this.#settings;
    const name = this.#nameOf(role);
    const report = (status: WorkerNews) => this.#heard(role, status);
    if (role.kind === 'media') {
      const [device = null] = devices;
      const start = startOf(role.kind, this.#settingsOf(role.model, device), await logFile(home, name));
      if (!this.#stopped) this.#workers.set(name, new KeptWorker(name, start, report));
      return;
    }
    const starts = new Map<Device, WorkerStart>();
    for (const device of devices) {
      const settings = settingsOn(device, devices, this.#settingsOf(role.model, device));
      const log = devices.length === 1 ? name : `${name}-${device.replace(':', '')}`;
      starts.set(device, startOf(role.kind, settings, await logFile(home, log)));
    }
    if (this.#stopped || this.#workers.has(name)) return;
    this.#workers.set(name, new DeviceWorkers(starts, report));
  }

  #settingsOf(model: string, device: Device | null): WorkerSettings {
    const { home, namespace, store, memory, keep } = this.#settings;
    const metrics = { host: LOOPBACK, port: 0 };
    const address = this.#address ?? '';
    return { home, address, namespace, model, store, device, memory, metrics, keep };
  }

  #nameOf({ kind, model }: WorkerRole): string {
    return kind === 'media' || model === this.#settings.model ? kind : `${kind}-${model}`;
  }

  /** Whether nothing but one model that a holder asked for depends on a worker. */
  #isExtra(role: WorkerRole): boolean {
    return role.model !== this.#settings.model;
  }

  #heard(role: WorkerRole, status: WorkerNews): void {
    // Another process takes its place; the log says the rest.
    if (status.type === 'ended') return;
    if (status.type === 'endpoint') {
      const { device = '' } = status;
      this.#endpoints.set(`${this.#nameOf(role)} ${device}`.trim(), status.url);
      this.#tellEndpoints();
    } else if (status.type === 'ready') {
      this.#ready.add(this.#nameOf(role));
      if (!this.#isExtra(role) && this.#ready.has('media') && this.#ready.has('gpu')) this.tell(status);
    } else if (status.type === 'failed' && this.#isExtra(role)) {
      this.#tellFailure(role.model, status);
    } else {
      this.tell(status);
    }
  }

  #tellEndpoints(): void {
    this.tell({ type: 'endpoints', urls: Object.fromEntries(this.#endpoints) });
  }

  /** Tells those who hold a lease now that a model is not served; who asks for it later has it tried again. */
  #tellFailure(model: string, status: Status): void {
    if (status.type !== 'failed') return;
    this.#leases?.tell({ ...status, model });
    const name = this.#nameOf({ kind: 'gpu', model });
    this.#models.delete(model);
    for (const key of this.#endpoints.keys()) if (key.startsWith(`${name} `)) this.#endpoints.delete(key);
    this.#tellEndpoints();
    const worker = this.#workers.get(name);
    this.#workers.delete(name);
    void worker?.stop();
  }
}

/** How the process of a worker is started that writes to `log`. */
function startOf(kind: WorkerRole['kind'], settings: WorkerSettings, log: string): WorkerStart {
  const extension = extname(fileURLToPath(import.meta.url));
  const entry = fileURLToPath(new URL(`../${kind}${extension}`, import.meta.url));
  const descriptor = openSync(log, 'a');
  return {
    args: [...process.execArgv, entry, JSON.stringify(settings)],
    stdio: ['ignore', descriptor, descriptor, 'ipc'],
    lastError: async () => `${await lastError(log)} (see ${log})`,
  };
}
