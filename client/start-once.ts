import type { Client } from '@temporalio/client';
import type { QueueMessage, TranscriptionRequest } from '../workflows/contract.ts';
import { LonghandError } from '../workflows/errors.ts';
import { requestHash } from './identity.ts';
import { describe } from './lookup.ts';
import { turnOf, type PriorityName } from '../activities/request/priority.ts';
import { startRun } from './start.ts';
import { messageOf } from './summary.ts';

/**
 * Whether a message has started the transcription of that ID, which may have ended since, in whatever way. Throws
 * LH_KEY_CONFLICT where something else is called so.
 */
export async function isStartedBy(
  client: Client,
  id: string,
  { digest }: Pick<QueueMessage, 'digest'>,
): Promise<boolean> {
  const known = await describe(client, id);
  if (known === null) return false;
  if (messageOf(known) === digest) return true;
  throw new LonghandError(
    'LH_KEY_CONFLICT',
    `Expected the message's ID to be that of no other, but \`${id}\` was started by another message or by a client`,
  );
}

/** Starts what a message asks for; false where the same message was faster. Throws as `isStartedBy` does. */
export async function startFor(
  client: Client,
  id: string,
  request: TranscriptionRequest,
  {
    message,
    priority = 'normal',
  }: { readonly message: Pick<QueueMessage, 'digest'>; readonly priority?: PriorityName },
): Promise<boolean> {
  const turn = turnOf(priority, request.tenant);
  const runId = await startRun(client, id, request, {
    hash: requestHash(request),
    turn,
    reuse: 'REJECT_DUPLICATE',
  });
  if (runId !== null) return true;
  await isStartedBy(client, id, message);
  return false;
}
