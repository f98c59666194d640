import { setImmediate } from 'node:timers/promises';
import type { Connection, Envelope, ReturnedMessage } from 'rabbitmq-client';
import { LonghandError } from '../../workflows/errors.ts';
import { toBrokerError } from './broker.ts';

/**
 * Publishes one message that outlives a restart of the broker; resolves when the broker has it in a queue. Throws
 * LH_BROKER_REFUSED where there is no such exchange, no queue takes it, or this user may not; LH_BROKER_UNREACHABLE.
 */
export async function publish(connection: Connection, envelope: Envelope, body: Buffer): Promise<void> {
  const { exchange = '', routingKey = '' } = envelope;
  const place =
    exchange === '' ? `queue \`${routingKey}\`` : `exchange \`${exchange}\` under \`${routingKey}\``;
  try {
    // Of its own: what comes back, and an exchange that is not there, concern this message alone.
    const channel = await connection.acquire({ emitErrorsFromChannel: true });
    channel.on('error', () => undefined);
    try {
      let returned: ReturnedMessage | null = null;
      channel.on('basic.return', (message) => (returned = message));
      await channel.confirmSelect();
      await channel.basicPublish({ ...envelope, durable: true, mandatory: true }, body);
      // A return comes before the confirmation, but is told a turn later.
      await setImmediate();
      if (returned === null) return;
    } finally {
      await channel.close();
    }
  } catch (error) {
    throw toBrokerError(error, `take a message for the ${place}`);
  }
  throw new LonghandError(
    'LH_BROKER_REFUSED',
    `Expected a queue that takes a message for the ${place}, found none`,
  );
}
