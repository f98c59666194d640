import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gpuQueue, MEDIA_QUEUE } from '../../workflows/contract.ts';
import { readCompose, resolved, textOf } from '../integration/compose/files.ts';
import { freePort } from '../support/ports.ts';
import { MAIN } from '../support/root.ts';
import type { PoolServer } from '../faults/dev-server.ts';

const run = promisify(execFile);
/** `nobody`: PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

/** Every port that the Temporal server listens on, by the variable that names it. */
const TEMPORAL_PORTS = ['FRONTEND', 'HISTORY', 'MATCHING', 'WORKER'].flatMap((role) => [
  `${role}_GRPC_PORT`,
  `${role}_MEMBERSHIP_PORT`,
]);

/** The servers of the compose file as processes of this machine, with its environments and its scripts. */
export class Servers implements AsyncDisposable {
  readonly #folder: string;
  readonly #ports: ReadonlyMap<string, number>;
  readonly #compose = readCompose(resolved(textOf('docker-compose.yml')));
  readonly #services = this.#compose.services;
  readonly #running = new Map<string, ChildProcess>();

  private constructor(folder: string, ports: ReadonlyMap<string, number>) {
    this.#folder = folder;
    this.#ports = ports;
  }

  /** Starts all but the workers, in the order of the file. */
  static async start(): Promise<Servers> {
    const servers = await Servers.#make();
    try {
      await servers.#startPostgres();
      await servers.oneShot('temporal-schema');
      await servers.startTemporal();
      await servers.oneShot('temporal-namespace');
      await servers.oneShot('store-bucket');
      await servers.#startStore();
      return servers;
    } catch (error) {
      await servers[Symbol.asyncDispose]();
      throw error;
    }
  }

  static async #make(): Promise<Servers> {
    const folder = await mkdtemp(join(tmpdir(), 'longhand-compose-'));
    await chmod(folder, 0o755);
    const names = ['postgresql', 'store', 'http', ...TEMPORAL_PORTS];
    const ports = new Map<string, number>();
    for (const name of names) ports.set(name, await freePort());
    return new Servers(folder, ports);
  }

  /** A service's environment, the names of the other services replaced by where they are here. */
  environment(service: string): NodeJS.ProcessEnv {
    const here: Record<string, string> = {
      'temporal:7233': `127.0.0.1:${this.#port('FRONTEND_GRPC_PORT')}`,
      'http://store:9000': `http://127.0.0.1:${this.#port('store')}`,
      '5432': String(this.#port('postgresql')),
      postgresql: '127.0.0.1',
      '0.0.0.0': '127.0.0.1',
      '/tmp/vgw': this.#folder,
      '/etc/temporal/dynamic.yaml': join(this.#folder, 'dynamic.yaml'),
    };
    const entries = Object.entries(this.#services[service]?.environment ?? {});
    const own = entries.map(([name, value]) => [name, here[value] ?? value]);
    const path = [dirname(process.env.TEMPORAL_CLI ?? ''), process.env.PATH].join(delimiter);
    return { PATH: path, HOME: this.#folder, ...(Object.fromEntries(own) as NodeJS.ProcessEnv) };
  }

  /** Runs a one-shot's script. Gives what it printed; rejects where it fails. */
  async oneShot(service: string): Promise<string> {
    const script = this.#onDisk(this.#services[service]?.command?.[0] ?? '');
    const { stdout } = await run('sh', ['-euc', script], { env: this.environment(service) });
    return stdout;
  }

  async #startPostgres(): Promise<void> {
    const { POSTGRES_USER = '', POSTGRES_PASSWORD = '' } = this.environment('postgresql');
    const data = join(this.#folder, 'postgresql');
    const password = join(this.#folder, 'password');
    await mkdir(data);
    await writeFile(password, POSTGRES_PASSWORD);
    const isRoot = process.geteuid?.() === 0;
    const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
    if (isRoot) for (const path of [data, password]) await chown(path, NOBODY, NOBODY);
    const how = [`--username=${POSTGRES_USER}`, `--pwfile=${password}`, '--auth=scram-sha-256'];
    await run('initdb', ['--pgdata', data, ...how], { ...user, cwd: data });
    const port = String(this.#port('postgresql'));
    await this.#start('postgresql', 'postgres', ['-D', data, '-p', port, '-k', data], { ...user, cwd: data });
    const check = ['--host=127.0.0.1', `--port=${port}`, `--username=${POSTGRES_USER}`];
    await this.#until('postgresql', () => run('pg_isready', check).then(Boolean, () => false));
  }

  /** Resolves when it serves, by the check of the compose file. */
  async #startStore(): Promise<void> {
    const { command = [], healthcheck } = this.#services.store ?? {};
    const address = `127.0.0.1:${this.#port('store')}`;
    await this.#start('store', 'versitygw', command.map(this.#onDisk), {
      env: { ...this.environment('store'), VGW_PORT: address },
    });
    const check = healthcheck?.test.at(-1)?.replace('127.0.0.1:9000', address) ?? '';
    await this.#until('store', () => answers(check));
  }

  /** Resolves when it serves, by the check of the compose file. */
  async startTemporal(): Promise<void> {
    const ports = Object.fromEntries(TEMPORAL_PORTS.map((name) => [name, String(this.#port(name))]));
    const env: NodeJS.ProcessEnv = {
      ...this.environment('temporal'),
      ...ports,
      FRONTEND_HTTP_PORT: String(this.#port('http')),
    };
    await writeFile(env.DYNAMIC_CONFIG_FILE_PATH ?? '', this.#compose.configs.temporal?.content ?? '');
    await this.#start('temporal', 'temporal-server', ['start'], { env });
    const check = this.#services.temporal?.healthcheck?.test.at(-1) ?? '';
    await this.#until('temporal', () => answers(check.replace(':7243/', `:${this.#port('http')}/`)));
  }

  /** Starts a worker with the compose file's own command. Resolves when it polls its queue. */
  async startWorker(service: 'media' | 'cpu', home: string): Promise<void> {
    const [, ...words] = this.#services[service]?.command ?? [];
    const env: NodeJS.ProcessEnv = { ...process.env, ...this.environment(service), LONGHAND_HOME: home };
    // Containers have an address each, and these workers share one.
    env.LONGHAND_METRICS = `127.0.0.1:${await freePort()}`;
    await this.#start(service, process.execPath, [MAIN, ...words], { env });
    const queue = service === 'media' ? MEDIA_QUEUE : gpuQueue('base');
    const args = ['task-queue', 'describe', '--address', env.LONGHAND_ADDRESS ?? '', '--task-queue', queue];
    const polls = ({ stdout }: { stdout: string }): boolean => stdout.includes('@');
    await this.#until(service, () => run('temporal', args, { env }).then(polls, () => false));
  }

  /** Where other workers than the file's meet; they and their clients need the keys of `storeKeys`. */
  forPool(): PoolServer {
    const { LONGHAND_ADDRESS = '', LONGHAND_STORE = '' } = this.environment('media');
    return {
      name: 'the compose file’s servers: Temporal on PostgreSQL, a store in S3',
      address: LONGHAND_ADDRESS,
      store: LONGHAND_STORE,
      start: () => this.startTemporal(),
      end: (signal) => this.#end('temporal', signal),
      databaseBytes: () => this.#databaseBytes(),
    };
  }

  /** What an S3 client's environment says of the store. */
  get storeKeys(): NodeJS.ProcessEnv {
    const entries = Object.entries(this.environment('media'));
    return Object.fromEntries(entries.filter(([name]) => name.startsWith('AWS_')));
  }

  /** `kill -9`. */
  async kill(service: string): Promise<void> {
    await this.#end(service, 'SIGKILL');
  }

  /** Ends all, those that need others first. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const service of [...this.#running.keys()].reverse()) await this.#end(service, 'SIGTERM');
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Of Temporal's two databases. */
  async #databaseBytes(): Promise<number> {
    const { POSTGRES_USER = '', POSTGRES_PASSWORD = '' } = this.environment('postgresql');
    const query = "SELECT sum(pg_database_size(datname)) FROM pg_database WHERE datname LIKE 'temporal%'";
    const where = ['--host=127.0.0.1', `--port=${this.#port('postgresql')}`, `--username=${POSTGRES_USER}`];
    const args = [...where, '--dbname=postgres', '--tuples-only', `--command=${query}`];
    const { stdout } = await run('psql', args, { env: { ...process.env, PGPASSWORD: POSTGRES_PASSWORD } });
    return Number(stdout);
  }

  /** Waits a minute at most; then says what the server wrote last. */
  async #until(service: string, holds: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + 60_000;
    while (!(await holds())) {
      if (performance.now() > deadline) {
        const log = await readFile(join(this.#folder, `${service}.log`), 'utf8');
        throw new Error(`Expected ${service} to answer within a minute, got: ${log.slice(-2000)}`);
      }
      await setTimeout(100);
    }
  }

  async #end(service: string, signal: NodeJS.Signals): Promise<void> {
    const child = this.#running.get(service);
    this.#running.delete(service);
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const timer = globalThis.setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(timer);
  }

  async #start(service: string, program: string, args: readonly string[], options: SpawnOptions) {
    const log = await open(join(this.#folder, `${service}.log`), 'a');
    const child = spawn(program, args, { ...options, stdio: ['ignore', log.fd, log.fd] });
    child.on('exit', () => void log.close());
    this.#running.set(service, child);
    return child;
  }

  /** A text with the folder of the store's volume where it is here. */
  readonly #onDisk = (text: string): string => text.replaceAll('/data', join(this.#folder, 'store'));

  #port(name: string): number {
    const port = this.#ports.get(name);
    if (port === undefined) throw new Error(`Expected a port for ${name}, found none`);
    return port;
  }
}

async function answers(url: string): Promise<boolean> {
  return await fetch(url, { signal: AbortSignal.timeout(5000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
