import { setTimeout } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import type { WorkerSettings } from './settings.ts';

/** Milliseconds between attempts to reach a server that is still starting. */
const PAUSE = 100;

/** Connects to the server, as long as it takes: the worker's owner decides when to give up. */
export async function connect({ address }: WorkerSettings): Promise<NativeConnection> {
  for (;;) {
    try {
      return await NativeConnection.connect({ address });
    } catch {
      await setTimeout(PAUSE);
    }
  }
}
