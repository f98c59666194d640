import { setTimeout } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import type { WorkerSettings } from './settings.ts';
import type { Report } from './status.ts';

/** Milliseconds between attempts to reach a server that is still starting, and how they grow for one that is away. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2000;
const GROWTH = 1.1;
/** Milliseconds after which the wait is worth a word. */
const WORD_AFTER = 2000;

/** Connects to the server and its namespace, as long as it takes: the worker's owner decides when to give up. */
export async function connect(
  { address, namespace }: Pick<WorkerSettings, 'address' | 'namespace'>,
  report: Report,
): Promise<NativeConnection> {
  const started = performance.now();
  let told = false;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(GROWTH * pause, LONGEST_PAUSE)) {
    const reached = await reach(address, namespace);
    if (reached instanceof NativeConnection) {
      if (told) report({ type: 'notice', text: `Reached the Temporal server at ${address}` });
      return reached;
    }
    if (!told && performance.now() - started > WORD_AFTER) {
      told = true;
      const text = `Waiting for the namespace ${namespace} of a Temporal server at ${address}: ${reached}`;
      report({ type: 'notice', text });
    }
    await setTimeout(pause);
  }
}

/** The connection, or what stood in its way. */
async function reach(address: string, namespace: string): Promise<NativeConnection | string> {
  let connection: NativeConnection | undefined;
  try {
    connection = await NativeConnection.connect({ address });
    await connection.workflowService.describeNamespace({ namespace });
    return connection;
  } catch (error) {
    await connection?.close();
    return error instanceof Error ? error.message : String(error);
  }
}
