import { readFile, writeFile } from 'node:fs/promises';
import { openSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { LonghandError } from '../../workflows/errors.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';
import { acquire } from '../../models/cache/lock.ts';
import { Child } from './child.ts';
import { databaseFile, setAside, setAsideUnlessDatabase } from './database.ts';
import { demandPort, portsLock, preferPort } from './ports.ts';
import { logFile } from './logs.ts';
import { tied } from './tied.ts';

const HOST = '127.0.0.1';
const DEFAULT_PORT = 7233;
const DEFAULT_UI_PORT = 8233;
/** Time a server has to answer, in milliseconds. */
const ANSWER_DEADLINE = 30_000;
const UNUSABLE_DATABASE = /schema version|no such (table|column)|malformed|not a database|file is encrypted/i;

/**
 * Tenants take turns in a task queue; exactly so where it has one partition, which is far more than devices can follow. It is
 * still read from all that an older server has written to.
 */
export const FAIRNESS = ['matching.enableFairness=true', 'matching.numTaskqueueWritePartitions=1'].flatMap(
  (setting) => ['--dynamic-config-value', setting],
);

/** The embedded Temporal server. */
export interface TemporalServer {
  readonly address: string;
  readonly ui: string;
  /** Resolves when it takes connections; rejects with LH_SUPERVISOR_FAILED. */
  readonly answering: Promise<void>;
  readonly stop: () => Promise<void>;
}

interface ServerSettings {
  readonly home: string;
  /** Path of the Temporal CLI. */
  readonly cli: string;
  /** Port that must be used; null prefers Temporal's own and takes any. */
  readonly port: number | null;
  /** Registered at its start. */
  readonly namespace: string;
  readonly onNotice: (text: string) => void;
}

/**
 * Starts the server on its database in the home, and again on the same port whenever it dies. A file that is no
 * database, or one that this server cannot read, is moved aside. Throws LH_PORT_BUSY.
 */
export async function startServer({
  home,
  cli,
  port,
  namespace,
  onNotice,
}: ServerSettings): Promise<TemporalServer> {
  const database = await databaseFile(home);
  const aside = await setAsideUnlessDatabase(database);
  if (aside) onNotice(`${database} was no database and is now ${aside}`);
  // Another home that looks for ports at this moment would find the same ones free.
  const lock = await acquire(portsLock());
  const grpc = port === null ? await preferPort(DEFAULT_PORT) : await demandPort(port);
  const ui = await preferPort(DEFAULT_UI_PORT);
  const log = await logFile(home, 'server');
  await writeFile(log, '');
  const stdio: ['pipe', number, number] = ['pipe', openSync(log, 'a'), openSync(log, 'a')];
  const [command, args] = tied(cli, serverArguments({ port: grpc, ui, database, namespace }));
  const run = () => new Child(command, args, { stdio });

  let child = run();
  const answering = async (): Promise<void> => {
    let tail = await answers(grpc, log, child);
    if (tail !== null && UNUSABLE_DATABASE.test(tail)) {
      await child.stop();
      onNotice(`This server cannot read ${database}, which is now ${await setAside(database)}`);
      child = run();
      tail = await answers(grpc, log, child);
    }
    if (tail === null) return;
    const last = tail.trim().split('\n').at(-1) ?? '';
    throw new LonghandError(
      'LH_SUPERVISOR_FAILED',
      `Expected the Temporal server to answer on port ${grpc}, got: ${last}`,
    );
  };
  return {
    address: `${HOST}:${grpc}`,
    ui: `http://${HOST}:${ui}`,
    answering: answering().finally(() => lock.release()),
    stop: () => child.stop(),
  };
}

interface ServerArguments {
  readonly port: number;
  readonly ui: number;
  readonly database: string;
  readonly namespace: string;
}

function serverArguments({ port, ui, database, namespace }: ServerArguments): string[] {
  return [
    ...['server', 'start-dev', '--ip', HOST, '--port', String(port), '--ui-port', String(ui)],
    ...['--db-filename', database, '--sqlite-pragma', 'journal_mode=WAL'],
    ...['--log-level', 'warn', '--namespace', namespace, ...FAIRNESS],
    // The very first transcription starts before a worker could register them.
    ...Object.values(SEARCH_ATTRIBUTES).flatMap(({ name }) => ['--search-attribute', `${name}=Keyword`]),
  ];
}

/**
 * Null when the server accepts connections and has said so in its own log, for another program may have taken the
 * port since it was found free; else what the log says, after the server died often or the deadline passed.
 */
async function answers(port: number, log: string, child: Child): Promise<string | null> {
  const deadline = performance.now() + ANSWER_DEADLINE;
  const banner = new RegExp(`Server:\\s+\\S+:${port}\\b`);
  for (;;) {
    const written = await readFile(log, 'utf8');
    if (banner.test(written) && (await accepts(HOST, port))) return null;
    if (performance.now() > deadline || child.starts >= 3) return written;
    await setTimeout(25);
  }
}

/** Whether something accepts TCP connections there. */
export async function accepts(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  socket.setTimeout(1000, () => socket.destroy(new Error('timed out')));
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Waits for a server that is not ours. Throws LH_SERVER_UNREACHABLE. */
export async function awaitServer(address: string): Promise<void> {
  const separator = address.lastIndexOf(':');
  const host = address.slice(0, separator);
  const port = Number(address.slice(separator + 1));
  const deadline = performance.now() + 10_000;
  while (!(await accepts(host, port))) {
    if (performance.now() > deadline) {
      throw new LonghandError(
        'LH_SERVER_UNREACHABLE',
        `Expected a Temporal server at ${address}, but nothing answers there`,
      );
    }
    await setTimeout(250);
  }
}
