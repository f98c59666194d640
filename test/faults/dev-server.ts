import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';
import { accepts } from '../../workers/supervisor/server.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/until.ts';

const HOST = '127.0.0.1';

/** Where the workers of a pool meet: a Temporal server that may be killed, and a store. */
export interface PoolServer {
  /** For people: which server and which store. */
  readonly name: string;
  readonly address: string;
  readonly store: string;
  /** Starts the server, on the database that it had before. */
  readonly start: () => Promise<void>;
  readonly end: (signal: NodeJS.Signals) => Promise<void>;
  readonly databaseBytes: () => Promise<number>;
}

/** The Temporal CLI's server on a database file of a home, and a store in a folder there. */
export class DevServer implements PoolServer {
  readonly name = 'the Temporal CLI’s server on SQLite, a store in a folder';
  readonly store: string;
  /** File of the server's database. */
  readonly database: string;
  readonly #home: string;
  readonly #port: number;
  readonly #uiPort: number;
  #server: ChildProcess | undefined;

  private constructor(home: string, port: number, uiPort: number) {
    this.#home = home;
    this.store = join(home, 'store');
    this.database = join(home, 'temporal.db');
    this.#port = port;
    this.#uiPort = uiPort;
  }

  static async make(home: string): Promise<DevServer> {
    return new DevServer(home, await freePort(), await freePort());
  }

  get address(): string {
    return `${HOST}:${this.#port}`;
  }

  /** 0 where it was never started. */
  get pid(): number {
    return this.#server?.pid ?? 0;
  }

  async start(): Promise<void> {
    const args = [
      ...['server', 'start-dev', '--ip', HOST],
      ...['--port', String(this.#port), '--ui-port', String(this.#uiPort)],
      ...['--db-filename', this.database, '--sqlite-pragma', 'journal_mode=WAL', '--log-level', 'never'],
      ...Object.values(SEARCH_ATTRIBUTES).flatMap(({ name }) => ['--search-attribute', `${name}=Keyword`]),
    ];
    this.#server = spawn(process.env.TEMPORAL_CLI ?? 'temporal', args, {
      env: { ...process.env, LONGHAND_HOME: this.#home },
      stdio: 'ignore',
    });
    await until(() => accepts(HOST, this.#port), 'Expected the server to answer');
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }

  async databaseBytes(): Promise<number> {
    return (await stat(this.database)).size;
  }
}
