import type { AsyncMessage } from 'rabbitmq-client';
import { digest } from '../../../activities/store/canonical.ts';
import { repliesQueue, type QueueMessage } from '../../../workflows/contract.ts';
import { checkKey, isKey } from '../../../activities/request/own-key.ts';
import { readMessage, type Wanted } from './read-message.ts';

/** Hex digits of a hash that make an ID by themselves. */
const DIGITS = 32;

/** A transcription to start, and the message that asks for it. */
export interface Order extends Pick<Wanted, 'source' | 'options'> {
  /** The transcription's ID. */
  readonly id: string;
  readonly message: QueueMessage;
}

type Message = Pick<AsyncMessage, 'body' | 'contentType' | 'messageId' | 'correlationId' | 'replyTo'>;

/**
 * What a message of `queue` asks for. Its ID is the `key` that it holds, else its `message_id`, or a hash of one that can
 * be no workflow ID; without both, a hash of all it says, to whom the reply goes among it: what is sent twice is done
 * once. It is replied to the queue that it names, else to `exchange`, else to nobody.
 *
 * Throws LH_MESSAGE_INVALID, or LH_OPTION_INVALID for a `key` that can be no ID.
 */
export function orderOf(message: Message, queue: string, exchange: string | null): Order {
  const { source, options, key } = readMessage(message);
  const { messageId, replyTo } = message;
  const correlationId = message.correlationId ?? null;
  const all = digest({ source, options, key, replyTo: replyTo ?? null, correlationId });
  const named = key === null ? messageId && idOf(messageId) : checkKey(key);
  const id = named || hashId({ queue, all });
  const asked = replyTo ? { exchange: '', routingKey: replyTo } : exchange && { exchange, routingKey: null };
  const reply = asked ? { taskQueue: repliesQueue(queue), ...asked, correlationId } : null;
  return { id, source, options, message: { digest: all, reply } };
}

/** A message's ID as a workflow ID. */
const idOf = (messageId: string): string => (isKey(messageId) ? messageId : hashId(messageId));

const hashId = (value: unknown): string => `message-${digest(value).slice(0, DIGITS)}`;
