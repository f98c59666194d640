import { Worker } from '@temporalio/worker';
import type { Connection, Consumer } from 'rabbitmq-client';
import { reasonOf } from '../../../activities/amqp/broker.ts';
import { buryLetter } from '../../../activities/amqp/dead-letter.ts';
import { createReplyActivities } from '../../../activities/amqp/reply.ts';
import { connect } from '../../../workers/connect.ts';
import { readLogSettings } from '../../../workers/figures/log.ts';
import { workerIdentity } from '../../../workers/identity.ts';
import { shutDown } from '../../../workers/process.ts';
import { commonOptions } from '../../../workers/worker-options.ts';
import { repliesQueue } from '../../../workflows/contract.ts';
import { DEFAULT_MODEL } from '../../../workflows/defaults.ts';
import { modelsOf } from '../../../workflows/rung.ts';
import type { Longhand } from '../../longhand.ts';
import { errorDocument, whenAborted } from '../exit.ts';
import type { ConsumeEvent } from './events.ts';
import { orderOf } from './order.ts';
import { ensureQueue } from './queues.ts';
import { closeConsumer, Room } from './room.ts';
import { take } from './take.ts';
import { waitNotices } from './wait-notices.ts';

/** Milliseconds that a reply under way has to reach the broker once the consumer is told to end. */
const GRACE = 5000;

/** What `longhand consume` was told. */
export interface ConsumeOptions {
  readonly queue: string;
  /** Name of the queue of dead letters. */
  readonly dead: string;
  /** Exchange for replies to messages that name no queue; null: such messages have none. */
  readonly exchange: string | null;
  /** Messages held at a time. */
  readonly prefetch: number;
  /** Transcriptions that may run before no more messages are fetched; null: any number. */
  readonly mostOpen: number | null;
}

export interface Surroundings {
  readonly longhand: Longhand;
  /** `host:port` of the Temporal server, and its namespace. */
  readonly address: string;
  readonly namespace: string;
  readonly connection: Connection;
  /** Has embedded workers run models. */
  readonly need: (models: readonly string[]) => void;
  readonly tell: (event: ConsumeEvent) => void;
}

/**
 * Starts what the messages of a queue ask for, and sends the replies to them, until `signal`: then it finishes what it
 * holds. Waits for a broker and a Temporal server that are away. Throws what stops it before.
 */
export async function serve(options: ConsumeOptions, at: Surroundings, signal: AbortSignal): Promise<void> {
  const { queue, dead } = options;
  const { connection, tell } = at;
  const stopped = whenAborted(signal).catch(() => undefined);
  for (const name of [queue, dead]) await ensureQueue(connection, name, signal);
  const made = await Promise.race([makeReplier(options, at), stopped]);
  if (made === undefined) return;
  const replying = made.run();
  const { consumer, guarding } = consume(options, at, signal);
  tell({ type: 'ready' });
  try {
    await Promise.race([stopped, replying, guarding]);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await closeConsumer(consumer);
    shutDown(made);
    await replying;
  }
}

/** Serves the activities that reply. */
async function makeReplier(
  { queue, dead }: ConsumeOptions,
  { address, namespace, connection, tell }: Surroundings,
): Promise<Worker> {
  const server = { address, namespace };
  return Worker.create({
    ...commonOptions(server, await connect(server, (status) => 'text' in status && tell(status)), {
      grace: GRACE,
      log: readLogSettings(),
      tracing: null,
    }),
    taskQueue: repliesQueue(queue),
    identity: await workerIdentity('consumer'),
    activities: createReplyActivities({
      ...{ connection, queue, dead },
      onReply: ({ document: { id, state }, messageId }, refusal) => {
        if (refusal === null) tell({ type: 'replied', id, state });
        else tell({ type: 'dead', messageId, error: errorDocument(refusal) });
      },
    }),
  });
}

function consume(
  { queue, dead, exchange, prefetch, mostOpen }: ConsumeOptions,
  { longhand, connection, need, tell }: Surroundings,
  signal: AbortSignal,
): { readonly consumer: Consumer; readonly guarding: Promise<never> } {
  const notice = (text: string): void => tell({ type: 'notice', text });
  const room =
    mostOpen === null
      ? null
      : new Room({
          most: mostOpen,
          count: () => longhand.countRunning(),
          onFull: () => notice(`Fetching no more while ${mostOpen} transcriptions run`),
        });
  const waiting = waitNotices(notice);
  const consumer = connection.createConsumer(
    {
      queue,
      queueOptions: { passive: true },
      qos: { prefetchCount: prefetch },
      concurrency: prefetch,
      lazy: room !== null,
    },
    (message) =>
      take(message, {
        read: (one) => orderOf(one, queue, exchange),
        start: ({ id, source, options, message }) => longhand.startOnce(id, source, options, message),
        bury: (one, reason) => buryLetter(connection, { dead, queue }, one, reason),
        onStarted: ({ id, options: { model = DEFAULT_MODEL, ladder = [] } }, isNew) => {
          need(modelsOf({ model, ladder }));
          waiting.over();
          if (isNew) room?.taken();
          tell({ type: isNew ? 'started' : 'known', id });
        },
        onBuried: ({ messageId = null }, reason) =>
          tell({ type: 'dead', messageId, error: errorDocument(reason) }),
        onWait: (reason) => waiting.begun(reason),
        signal,
      }),
  );
  consumer.on('error', (error: unknown) => notice(`The consumer goes on after: ${reasonOf(error)}`));
  const guarding = room?.guard(consumer, signal) ?? new Promise<never>(() => undefined);
  return { consumer, guarding };
}
