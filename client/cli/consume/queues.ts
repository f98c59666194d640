import { setTimeout } from 'node:timers/promises';
import type { Connection } from 'rabbitmq-client';
import { toBrokerError } from '../../../activities/amqp/broker.ts';
import { systemCode } from '../../../workflows/errors.ts';

/** Milliseconds between two attempts while the broker is away; its connection says why. */
const PAUSE = 500;

/**
 * Makes sure that a queue is there, of whatever kind; makes a quorum queue where it is not, which survives the broker and
 * counts how often a message comes back. Waits for a broker that is away. Throws LH_BROKER_REFUSED, or the signal's
 * reason.
 */
export async function ensureQueue(connection: Connection, queue: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await connection.queueDeclare({ queue, passive: true }).catch((error: unknown) => {
        if (systemCode(error) !== 'NOT_FOUND') throw error;
        return connection.queueDeclare({ queue, durable: true, arguments: { 'x-queue-type': 'quorum' } });
      });
      return;
    } catch (cause) {
      const error = toBrokerError(cause, `declare the queue \`${queue}\``);
      if (error.code === 'LH_BROKER_REFUSED') throw error;
      await setTimeout(PAUSE, null, { signal });
    }
  }
}
