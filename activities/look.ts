import { activityInfo, heartbeat } from '@temporalio/activity';
import { LonghandError } from '../workflows/errors.ts';
import type { LookInput } from './types.ts';

/** Looks in a row that must find nobody. */
const LOOKS = 3;

/**
 * Looks whether somebody serves a task queue, once an attempt; the count stands in the heartbeat, since a look that its
 * worker did not survive is none. While `hasBegun` says that a chunk is being transcribed, nobody is taken for absent: a
 * worker whose slots are taken asks for nothing. Resolves when what is waited for is seen, and fails for another try until
 * then.
 */
export async function look(
  { queue, until }: LookInput,
  isServed: (queue: string) => Promise<boolean>,
  hasBegun: () => Promise<boolean>,
): Promise<void> {
  const { absences = 0 } = (activityInfo().heartbeatDetails ?? {}) as { absences?: number };
  const served = await isServed(queue);
  if (until === 'served' && served) return;
  const isThere = served || (await hasBegun());
  const count = isThere ? 0 : absences + 1;
  if (until === 'unserved' && count >= LOOKS) return;
  heartbeat({ queue, absences: count });
  throw new LonghandError(
    'LH_QUEUE_UNSERVED',
    isThere ? `A worker serves the task queue ${queue}` : `No worker serves the task queue ${queue}`,
    { details: { queue, absences: count } },
  );
}
