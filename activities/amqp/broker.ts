import { readFile } from 'node:fs/promises';
import { Connection } from 'rabbitmq-client';
import { LonghandError, systemCode } from '../../workflows/errors.ts';
import { shownUri } from '../store/shown-uri.ts';

/** Milliseconds: the first pause before another attempt to connect, and the longest. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;
/** Milliseconds that a call waits for a connection. */
const PATIENCE = 5000;
/** Bytes: the broker's own bound by default. */
const FRAME = 131_072;

/** Where the broker is, and who it and this client say they are. */
export interface BrokerOptions {
  /** `amqp:` or `amqps:` URL, with user, password and virtual host. */
  readonly url: string;
  /** PEM files: whom to trust beside the public authorities' list, this client's certificate, and its key. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * A connection that is made again whenever it is lost, without end; `say` hears when. It need not be there yet. Throws
 * LH_OPTION_INVALID where the options lead to none.
 */
export async function openBroker(options: BrokerOptions, say: (text: string) => void): Promise<Connection> {
  const shown = shownUri(options.url);
  if (!/^amqps?:\/\/[^/]/i.test(options.url) || !URL.canParse(options.url)) {
    const expected =
      'Expected `broker` to be the URL of a RabbitMQ broker, as `amqps://user:password@host/vhost`';
    throw new LonghandError('LH_OPTION_INVALID', `${expected}, got \`${shown}\``);
  }
  const tls = await readTls(options);
  const connection = new Connection({
    url: options.url,
    ...(tls && { tls }),
    connectionName: 'longhand',
    retryLow: FIRST_PAUSE,
    retryHigh: LONGEST_PAUSE,
    acquireTimeout: PATIENCE,
    frameMax: FRAME,
  });
  connection.on('connection', () => say(`Connected to the broker at ${shown}`));
  connection.on('error', (error: unknown) => {
    say(`No connection to the broker at ${shown}, trying again: ${reasonOf(error)}`);
  });
  connection.on('connection.blocked', (reason) => say(`The broker takes no messages for now: ${reason}`));
  return connection;
}

async function readTls({ url, ca, cert, key }: BrokerOptions) {
  const files = { ca, cert, key };
  const given = Object.entries(files).filter(([, path]) => path !== undefined) as [string, string][];
  if (given.length === 0) return null;
  if (!/^amqps:/i.test(url)) {
    const message = `Expected \`tls-${given[0]![0]}\` for a broker at an \`amqps:\` URL alone, got it for \`amqp:\``;
    throw new LonghandError('LH_OPTION_INVALID', message);
  }
  const read = await Promise.all(
    given.map(async ([name, path]) => [name, await readPem(name, path)] as const),
  );
  return Object.fromEntries(read);
}

async function readPem(name: string, path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    const message = `Expected \`tls-${name}\` to be a file that can be read, got ${path}: ${systemCode(cause)}`;
    throw new LonghandError('LH_OPTION_INVALID', message, { cause });
  });
}

/** What the broker said to a queue, an exchange or this user, rather than what became of the way to it. */
const REFUSALS = ['NOT_FOUND', 'ACCESS_REFUSED', 'PRECONDITION_FAILED', 'RESOURCE_LOCKED', 'NOT_ALLOWED'];

/** The coded error of a call on a channel that failed. */
export function toBrokerError(error: unknown, call: string): LonghandError {
  if (error instanceof LonghandError) return error;
  const code = REFUSALS.includes(systemCode(error)) ? 'LH_BROKER_REFUSED' : 'LH_BROKER_UNREACHABLE';
  return new LonghandError(code, `The broker did not ${call}: ${reasonOf(error)}`, { cause: error });
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
