import type { AsyncMessage, Connection } from 'rabbitmq-client';
import type { LonghandError } from '../../workflows/errors.ts';
import { publish } from './publish.ts';

/** Bytes of a reason, and of the headers that a message came with: all have to fit into one frame. */
const LONGEST_REASON = 1000;
const LONGEST_HEADERS = 64_000;

/** A message, or what there is of one that could not be sent. */
export type Letter = Pick<AsyncMessage, 'body'> &
  Partial<
    Pick<
      AsyncMessage,
      | 'contentType'
      | 'contentEncoding'
      | 'headers'
      | 'messageId'
      | 'correlationId'
      | 'replyTo'
      | 'type'
      | 'appId'
    >
  >;

/**
 * Puts a message into the queue of dead letters, with its properties, and why in its headers: `longhand-code`,
 * `longhand-reason`, and the queue it was for in `longhand-queue`. Throws as `publish` does.
 */
export async function buryLetter(
  connection: Connection,
  { dead, queue }: { readonly dead: string; readonly queue: string },
  letter: Letter,
  { code, message }: LonghandError,
): Promise<void> {
  const { contentType, contentEncoding, messageId, correlationId, replyTo, type, appId } = letter;
  const properties = { contentType, contentEncoding, messageId, correlationId, replyTo, type, appId };
  const known = Object.entries(properties).filter(([, value]) => value !== undefined);
  const reason = Buffer.from(message).subarray(0, LONGEST_REASON).toString();
  const why = { 'longhand-code': code, 'longhand-reason': reason, 'longhand-queue': queue };
  const own = (letter.headers ?? {}) as object;
  const fit = JSON.stringify(own).length <= LONGEST_HEADERS;
  const headers = { ...(fit && own), ...why };
  await publish(connection, { ...Object.fromEntries(known), routingKey: dead, headers }, bytesOf(letter));
}

/** A body's bytes. The client has read a body that its sender calls JSON or text. */
function bytesOf({ body, contentType }: Letter): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(contentType === 'application/json' ? JSON.stringify(body) : String(body));
}
