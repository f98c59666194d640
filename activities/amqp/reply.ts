import type { Connection } from 'rabbitmq-client';
import { LonghandError } from '../../workflows/errors.ts';
import type { ReplyActivities, ReplyInput } from '../types.ts';
import { buryLetter, type Letter } from './dead-letter.ts';
import { publish } from './publish.ts';

interface ReplyDependencies {
  readonly connection: Connection;
  /** Name of the queue whose messages are replied to. */
  readonly queue: string;
  /** Name of the queue of dead letters: what nobody takes any more is kept there. */
  readonly dead: string;
  readonly onReply: (input: ReplyInput, refusal: LonghandError | null) => void;
}

/** The activities of a consumer. A repeated reply has the same message ID. */
export function createReplyActivities({
  connection,
  queue,
  dead,
  onReply,
}: ReplyDependencies): ReplyActivities {
  return {
    reply: async (input) => {
      const { to, messageId, document } = input;
      const { exchange, correlationId } = to;
      const routingKey = to.routingKey ?? document.state;
      const properties = {
        ...{ contentType: 'application/json', messageId, appId: 'longhand', type: document.schema },
        ...(correlationId !== null && { correlationId }),
      };
      const body = Buffer.from(JSON.stringify(document));
      const refusal = await publish(connection, { ...properties, exchange, routingKey }, body).then(
        () => null,
        (error: unknown) => {
          if (error instanceof LonghandError && error.code === 'LH_BROKER_REFUSED') return error;
          throw error;
        },
      );
      if (refusal !== null) {
        const letter: Letter = { ...properties, replyTo: routingKey, body };
        await buryLetter(connection, { dead, queue }, letter, refusal);
      }
      onReply(input, refusal);
    },
  };
}
