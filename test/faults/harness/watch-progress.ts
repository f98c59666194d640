import { setTimeout } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';

/** What a server's workflows said of themselves while they were watched. */
export interface Watched {
  /** Times that a workflow said it had committed less than it had said before. */
  readonly falls: number;
  /** Answers in all. */
  readonly answers: number;
}

/** Asks every running workflow of a server how far it is, again and again, until it is stopped. */
export function watchProgress(address: string): { readonly stop: () => Promise<Watched> } {
  const over = new AbortController();
  const watching = watch(address, over.signal);
  return {
    stop: () => {
      over.abort();
      return watching;
    },
  };
}

async function watch(address: string, over: AbortSignal): Promise<Watched> {
  const connection = await Connection.connect({ address });
  const { workflow } = new Client({ connection });
  const last = new Map<string, number>();
  let [falls, answers] = [0, 0];
  const ask = async (id: string): Promise<void> => {
    const { committed } = await workflow.getHandle(id).query<{ committed: number }>('progress');
    answers += 1;
    if (committed < (last.get(id) ?? 0)) falls += 1;
    last.set(id, committed);
  };
  while (!over.aborted) {
    const asked: Promise<void>[] = [];
    // While its worker is dead, nobody answers for a workflow.
    const look = async (): Promise<void> => {
      for await (const { workflowId } of workflow.list({ query: 'ExecutionStatus = "Running"' })) {
        asked.push(ask(workflowId));
      }
      await Promise.allSettled(asked);
    };
    await connection.withDeadline(Date.now() + 3000, look).catch(() => undefined);
    await setTimeout(100);
  }
  await connection.close();
  return { falls, answers };
}

/** How each workflow of a server stands: `parent completed`, `child completed`, …, sorted. */
export async function statesOf(address: string): Promise<string[]> {
  const connection = await Connection.connect({ address });
  const states: string[] = [];
  for await (const { workflowId, status } of new Client({ connection }).workflow.list()) {
    states.push(`${workflowId.includes('/') ? 'section' : 'transcription'} ${status.name.toLowerCase()}`);
  }
  await connection.close();
  return states.sort();
}
