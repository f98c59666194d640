import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseCount, withConnection, withJson, type ConnectionFlags, type JsonFlag } from '../flags.ts';
import { settingsOf } from '../settings.ts';

/** Messages held at a time: enough to hash one source while another is started. */
const PREFETCH = 8;
const MOST_PREFETCH = 1000;

type ConsumeFlags = ConnectionFlags &
  JsonFlag & {
    readonly broker: string;
    readonly deadLetters?: string;
    readonly exchange?: string;
    readonly prefetch: number;
    readonly mostOpen?: number;
    readonly tlsCa?: string;
    readonly tlsCert?: string;
    readonly tlsKey?: string;
  };

/** The command that works from a message queue. */
export function declareConsume(program: Command): void {
  const command = program
    .command('consume')
    .description(
      'start what the messages of a RabbitMQ queue ask for, and reply to them, until SIGTERM or Ctrl-C',
    )
    .argument('<queue>', 'name of the queue; made where it is not there')
    .addOption(
      new Option('--broker <url>', 'the broker, as amqps://user:password@host/vhost')
        .env('LONGHAND_BROKER')
        .makeOptionMandatory(),
    )
    .option('--exchange <name>', 'replies to messages that name no queue for them go there')
    .option('--dead-letters <queue>', 'what can be no transcription goes there (default: <queue>.dead)')
    .option('--prefetch <count>', 'messages held at a time', parsePrefetch, PREFETCH)
    .option('--most-open <count>', 'fetch no more while so many transcriptions run', parseCount)
    .option('--tls-ca <file>', 'PEM file of the authority that vouches for the broker')
    .option('--tls-cert <file>', "PEM file of this client's certificate")
    .option('--tls-key <file>', 'PEM file of its key');
  withJson(withConnection(command)).action(async (queue: string, { json, ...flags }: ConsumeFlags) => {
    const { consume } = await import('../consume/consume.ts');
    const { broker, deadLetters, exchange, prefetch, mostOpen, tlsCa, tlsCert, tlsKey } = flags;
    const limits = { prefetch, mostOpen: mostOpen ?? null };
    await consume(
      { queue, dead: deadLetters ?? `${queue}.dead`, exchange: exchange ?? null, ...limits },
      { url: broker, ca: tlsCa, cert: tlsCert, key: tlsKey },
      settingsOf(flags, {}),
      json === true,
    );
  });
}

function parsePrefetch(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0 && count <= MOST_PREFETCH) return count;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${MOST_PREFETCH}`);
}
