import type { ReplyInput } from '../activities/types.ts';
import { consumer } from './proxies.ts';

/** Sends a reply, however long no consumer or broker is there for it. */
export async function reply(input: ReplyInput): Promise<void> {
  const { taskQueue } = input.to;
  await consumer.reply.executeWithOptions({ taskQueue, summary: input.document.state }, [input]);
}
