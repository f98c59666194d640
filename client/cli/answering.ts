import { setTimeout } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { LonghandError } from '../../workflows/errors.ts';

/** Milliseconds a server that accepts connections has to answer as Temporal does. */
const ANSWER_DEADLINE = 10_000;

/** Waits until a Temporal server answers there. Throws LH_SERVER_UNREACHABLE. */
export async function answering(address: string): Promise<void> {
  const deadline = performance.now() + ANSWER_DEADLINE;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: '2s' });
      return await connection.close();
    } catch (cause) {
      if (performance.now() > deadline) {
        const message = `Expected a Temporal server at ${address}, but what is there does not answer as one`;
        throw new LonghandError('LH_SERVER_UNREACHABLE', message, { cause });
      }
      await setTimeout(50);
    }
  }
}
