import type { ChildProcess, StdioOptions } from 'node:child_process';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { extname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { payloadKeyIds } from '../../activities/payloads/keys.ts';
import { openStore } from '../../activities/store/open.ts';
import { addedModels } from '../../models/added/registry.ts';
import { findModel } from '../../models/catalogue.ts';
import { LOOPBACK } from '../figures/listen.ts';
import type { WorkerSettings } from '../settings.ts';
import { failure, fetchNotices, type Status } from '../status.ts';
import { Child } from './child.ts';
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

/** Ends of a worker that was not ready after which it is given up: one more than a kill in the wrong moment. */
const ENDS_UNREADY = 4;

/** Starts the Temporal server and the workers of a home, keeps them running, and tells the leases about it. */
export class Supervisor {
  readonly #settings: SupervisorSettings;
  /** By name, which is that of their logs as well. */
  readonly #workers = new Map<string, Child>();
  readonly #ready = new Set<string>();
  /** Where each worker serves its figures. */
  readonly #endpoints = new Map<string, string>();
  /** How often each worker has ended since it was last ready. */
  readonly #endsUnready = new Map<string, number>();
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
    const { home, address, port, namespace, store, memory = null } = this.#settings;
    const told = { type: 'server', namespace, store, memory, payloadKeys: payloadKeyIds() } as const;
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
    const { home, namespace, store, device, memory } = this.#settings;
    const address = this.#address ?? '';
    const { model } = role;
    const metrics = { host: LOOPBACK, port: 0 };
    const settings: WorkerSettings = { home, address, namespace, model, store, device, memory, metrics };
    const extension = extname(fileURLToPath(import.meta.url));
    const entry = fileURLToPath(new URL(`../${role.kind}${extension}`, import.meta.url));
    const name = this.#nameOf(role);
    const file = await logFile(home, name);
    if (this.#stopped || this.#workers.has(name)) return;
    const log = openSync(file, 'a');
    const args = [...process.execArgv, entry, JSON.stringify(settings)];
    const stdio: StdioOptions = ['ignore', log, log, 'ipc'];
    const onStart = (child: ChildProcess) => {
      child.on('message', (status: Status) => this.#heard(role, status));
      child.once('exit', () => void this.#ended(role, file));
    };
    this.#workers.set(name, new Child(process.execPath, args, { stdio }, onStart));
  }

  #nameOf({ kind, model }: WorkerRole): string {
    return kind === 'media' || model === this.#settings.model ? kind : `${kind}-${model}`;
  }

  /** Whether nothing but one model that a holder asked for depends on a worker. */
  #isExtra(role: WorkerRole): boolean {
    return role.model !== this.#settings.model;
  }

  /** A worker that ends time after time without ever having been ready will not mend itself. */
  async #ended(role: WorkerRole, log: string): Promise<void> {
    const name = this.#nameOf(role);
    if (this.#stopped || !this.#workers.has(name)) return;
    const ends = (this.#endsUnready.get(name) ?? 0) + 1;
    this.#endsUnready.set(name, ends);
    if (ends < ENDS_UNREADY) return;
    const reason = `Expected the ${name} worker to start, but it ended ${ends} times: ${await lastError(log)}`;
    const message = `${reason} (see ${log})`;
    const status = { type: 'failed', code: 'LH_SUPERVISOR_FAILED', message } as const;
    if (this.#isExtra(role)) this.#tellFailure(role.model, status);
    else this.tell(status);
  }

  #heard(role: WorkerRole, status: Status): void {
    const name = this.#nameOf(role);
    if (status.type === 'endpoint') {
      this.#endpoints.set(name, status.url);
      this.#tellEndpoints();
    } else if (status.type === 'ready') {
      this.#endsUnready.set(name, 0);
      this.#ready.add(name);
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
    this.#endsUnready.delete(name);
    if (this.#endpoints.delete(name)) this.#tellEndpoints();
    const worker = this.#workers.get(name);
    this.#workers.delete(name);
    void worker?.stop();
  }
}
