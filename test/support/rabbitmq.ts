import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { onPath, unpacked } from './debian.ts';
import { freePort } from './ports.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/** Milliseconds, of a start on two busy cores. */
const START_LIMIT = 240_000;

/** A broker's script and the folder of the Erlang programs it needs, or why there is none. */
export type LocatedBroker =
  { readonly script: string; readonly erlang: string } | { readonly missing: string };

/**
 * Finds RabbitMQ: on the `PATH`; else Debian's packages, unpacked once in the cache of the tests' home, which needs no
 * root. Says on standard error where there is none, for the tests that are then skipped.
 */
export async function locateRabbitmq(): Promise<LocatedBroker> {
  const installed = await onPath('rabbitmq-server');
  const erl = await onPath('erl');
  if (installed !== null && erl !== null) return { script: installed, erlang: dirname(erl) };
  try {
    return await unpackedBroker();
  } catch (error) {
    const missing = `none is on the PATH, and no packages can be had: ${(error as Error).message}`;
    process.stderr.write(`No RabbitMQ, so its tests are skipped: ${missing}\n`);
    return { missing };
  }
}

async function unpackedBroker(): Promise<LocatedBroker> {
  const root = await unpacked({ name: 'rabbitmq', packages, finish: tellPlace });
  return {
    script: join(root, 'usr/lib/rabbitmq/bin/rabbitmq-server'),
    erlang: join(await ertsOf(root), 'bin'),
  };
}

/** Erlang comes in many, of which the broker needs some. */
async function packages(): Promise<string[]> {
  const kinds = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
    (kind) => `--no-${kind}`,
  );
  const { stdout } = await run('apt-cache', ['depends', '--recurse', ...kinds, 'rabbitmq-server']);
  return stdout.split('\n').filter((line) => /^(erlang-[\w-]+|rabbitmq-server)$/.test(line));
}

/** Erlang's programs are told in a script where they are. */
async function tellPlace(draft: string, root: string): Promise<void> {
  const text = await readFile(join(draft, 'usr/lib/erlang/bin/erl'), 'utf8');
  const script = join(await ertsOf(draft), 'bin/erl');
  await writeFile(script, text.replaceAll('=/usr/lib/erlang', `=${join(root, 'usr/lib/erlang')}`));
}

async function ertsOf(root: string): Promise<string> {
  const erlang = join(root, 'usr/lib/erlang');
  const [erts = ''] = (await readdir(erlang)).filter((name) => name.startsWith('erts-'));
  return join(erlang, erts);
}

/** PEM files of the broker's certificate, its key, and whom it trusts. */
export interface BrokerTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A real broker of a test's own, which can be stopped and started again with all it holds. Disposing it removes it. */
export class Broker implements AsyncDisposable {
  readonly #located: Exclude<LocatedBroker, { missing: string }>;
  readonly #folder: string;
  readonly #ports: { readonly amqp: number; readonly distribution: number; readonly epmd: number };
  /** For `amqps:` URLs; null without TLS. */
  readonly tlsPort: number | null;
  #process: ChildProcess | null = null;

  private constructor(
    located: Exclude<LocatedBroker, { missing: string }>,
    folder: string,
    ports: { readonly amqp: number; readonly distribution: number; readonly epmd: number },
    tlsPort: number | null,
  ) {
    this.#located = located;
    this.#folder = folder;
    this.#ports = ports;
    this.tlsPort = tlsPort;
  }

  static async start(located: LocatedBroker, tls?: BrokerTls): Promise<Broker> {
    if ('missing' in located) throw new Error(`Expected RabbitMQ: ${located.missing}`);
    const folder = await mkdtemp(join(tmpdir(), 'longhand-rabbitmq-'));
    const ports = { amqp: await freePort(), distribution: await freePort(), epmd: await freePort() };
    const tlsPort = tls ? await freePort() : null;
    const lines = tls
      ? [
          `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
          `ssl_options.cacertfile = ${tls.ca}`,
          `ssl_options.certfile = ${tls.cert}`,
          `ssl_options.keyfile = ${tls.key}`,
          'ssl_options.verify = verify_peer',
          'ssl_options.fail_if_no_peer_cert = true',
        ]
      : [];
    await writeFile(join(folder, 'rabbitmq.conf'), `${lines.join('\n')}\n`);
    await writeFile(join(folder, 'plugins'), '[].');
    // Erlang's nodes know each other by it; nobody else may read it.
    await writeFile(join(folder, '.erlang.cookie'), 'LONGHAND');
    await chmod(join(folder, '.erlang.cookie'), 0o600);
    const broker = new Broker(located, folder, ports, tlsPort);
    await broker.start().catch(async (error: unknown) => {
      await broker[Symbol.asyncDispose]();
      throw error;
    });
    return broker;
  }

  get port(): number {
    return this.#ports.amqp;
  }

  get url(): string {
    return `amqp://guest:guest@127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const { script, erlang } = this.#located;
    const { amqp, distribution, epmd } = this.#ports;
    const folder = this.#folder;
    let said = '';
    const child = spawn(
      'sh',
      [
        '-c',
        // The pipe to this process ends with it, and all of the group with that.
        '(read -r _; kill -9 -$$) <&3 & epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 </dev/null & "$1" </dev/null',
        'sh',
        script,
      ],
      {
        env: {
          ...process.env,
          HOME: folder,
          PATH: [erlang, process.env.PATH].join(delimiter),
          ERL_EPMD_PORT: String(epmd),
          ERL_EPMD_ADDRESS: '127.0.0.1',
          RABBITMQ_NODENAME: `longhand${amqp}@localhost`,
          RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
          RABBITMQ_NODE_PORT: String(amqp),
          RABBITMQ_DIST_PORT: String(distribution),
          RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
          RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
          RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
          RABBITMQ_LOG_BASE: join(folder, 'log'),
          RABBITMQ_LOGS: '-',
          RABBITMQ_FEATURE_FLAGS_FILE: join(folder, 'feature-flags'),
          RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
        },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      },
    );
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
    await until(
      async () => {
        if (child.exitCode !== null) throw new Error(`Expected the broker to run, it ended: ${said}`);
        return said.includes('Server startup complete') && (await answers(amqp));
      },
      () => `Expected a broker within ${START_LIMIT} ms; it said: ${said}`,
      START_LIMIT,
    );
  }

  /** Ends the broker at once, as a power cut does. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    process.kill(-child.pid!, 'SIGKILL');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Whether something takes connections at a port of this machine. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
