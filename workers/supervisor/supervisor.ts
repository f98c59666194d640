import type { ChildProcess, StdioOptions } from 'node:child_process';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { extname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openStore } from '../../activities/store/open.ts';
import type { WorkerSettings } from '../settings.ts';
import { failure, fetchNotices, type Status } from '../status.ts';
import { Child } from './child.ts';
import { Leases } from './leases.ts';
import { lastError, logFile } from './logs.ts';
import type { SupervisorEvent, SupervisorSettings } from './protocol.ts';
import { watchRoom } from './room.ts';
import { awaitServer, startServer, type TemporalServer } from './server.ts';
import { locateTemporalCli } from './temporal-cli.ts';

const WORKERS = ['media', 'gpu'] as const;
type WorkerName = (typeof WORKERS)[number];

/** Time that cleaning the store may take at the end, where it is far away and does not answer. Milliseconds. */
const SWEEP_DEADLINE = 5000;

/** Ends of a worker that was not ready after which it is given up: one more than a kill in the wrong moment. */
const ENDS_UNREADY = 4;

/** Starts the Temporal server and the workers of a home, keeps them running, and tells the leases about it. */
export class Supervisor {
  readonly #settings: SupervisorSettings;
  readonly #workers: Child[] = [];
  readonly #ready = new Set<WorkerName>();
  /** How often each worker has ended since it was last ready. */
  readonly #endsUnready = new Map<WorkerName, number>();
  /** The events that still hold, by what they are about. */
  readonly #events = new Map<string, SupervisorEvent>();
  #leases: Leases | undefined;
  #server: TemporalServer | undefined;
  #stopped = false;

  constructor(settings: SupervisorSettings) {
    this.#settings = settings;
  }

  get leases(): number {
    return this.#leases?.count ?? 0;
  }

  /** Opens the door for leases; `onLast` is called when the last is given back. */
  async open(onLast: () => void): Promise<{ port: number; token: string }> {
    const leases = new Leases(() => [...this.#events.values()], onLast);
    this.#leases = leases;
    return { port: await leases.listen(), token: leases.token };
  }

  /** Resolves when server and workers have been started. Throws the coded error of what could not be. */
  async run(): Promise<void> {
    const { home, address, port, namespace, store } = this.#settings;
    watchRoom(home, (error) => this.tell(failure(error)));
    const notices = fetchNotices((status) => this.tell(status));
    if (address === null) {
      const cli = await locateTemporalCli({ home, ...notices });
      const server = await startServer({ home, cli, port, namespace, onNotice: notices.onNotice });
      this.#server = server;
      if (this.#stopped) return server.stop();
      // The workers load while the server starts, and connect when it answers.
      await Promise.all([this.#startWorkers(server.address), server.answering]);
      this.tell({ type: 'server', address: server.address, namespace, ui: server.ui, store });
    } else {
      await awaitServer(address);
      this.tell({ type: 'server', address, namespace, ui: null, store });
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
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    await this.#server?.stop();
    await this.#sweep();
  }

  /** Workers that were killed at the end of their grace left what they were writing; the next start tries again. */
  async #sweep(): Promise<void> {
    const swept = openStore(this.#settings.store).then((store) => store.sweep());
    await Promise.race([swept, setTimeout(SWEEP_DEADLINE)]).catch(() => undefined);
  }

  async #startWorkers(address: string): Promise<void> {
    const { home, model, namespace, store, device } = this.#settings;
    const settings: WorkerSettings = { home, address, namespace, model, store, device };
    const extension = extname(fileURLToPath(import.meta.url));
    for (const name of WORKERS) {
      const entry = fileURLToPath(new URL(`../${name}${extension}`, import.meta.url));
      const file = await logFile(home, name);
      const log = openSync(file, 'a');
      if (this.#stopped) return;
      const args = [...process.execArgv, entry, JSON.stringify(settings)];
      const stdio: StdioOptions = ['ignore', log, log, 'ipc'];
      const onStart = (child: ChildProcess) => {
        child.on('message', (status: Status) => this.#heard(name, status));
        child.once('exit', () => void this.#ended(name, file));
      };
      this.#workers.push(new Child(process.execPath, args, { stdio }, onStart));
    }
  }

  /** A worker that ends time after time without ever having been ready will not mend itself. */
  async #ended(name: WorkerName, log: string): Promise<void> {
    const ends = (this.#endsUnready.get(name) ?? 0) + 1;
    this.#endsUnready.set(name, ends);
    if (this.#stopped || ends < ENDS_UNREADY) return;
    const reason = `Expected the ${name} worker to start, but it ended ${ends} times: ${await lastError(log)}`;
    this.tell({ type: 'failed', code: 'LH_SUPERVISOR_FAILED', message: `${reason} (see ${log})` });
  }

  #heard(name: WorkerName, status: Status): void {
    if (status.type === 'ready') {
      this.#endsUnready.set(name, 0);
      this.#ready.add(name);
      if (this.#ready.size === WORKERS.length) this.tell(status);
    } else {
      this.tell(status);
    }
  }
}
