import type { Worker } from '@temporalio/worker';
import type { LogSettings } from './figures/log.ts';
import { startFigures } from './figures/start.ts';
import { vitalsOf } from './figures/vitals.ts';
import { COMMAND_GRACE, SERVICE_GRACE } from './grace.ts';
import type { EngineState } from './kept-engine.ts';
import { readSettings, type WorkerSettings } from './settings.ts';
import { failure, type Report } from './status.ts';

/** A worker and what must be released after it. */
interface RunnableWorker {
  readonly worker: Worker;
  /** How its engines stand now. */
  readonly engines: () => readonly EngineState[];
  readonly dispose: () => Promise<void>;
}

/** Makes a worker. `grace`: milliseconds that running activities get to finish once it is told to end. */
export type MakeWorker = (
  settings: WorkerSettings,
  context: { readonly report: Report; readonly grace: number; readonly log: LogSettings },
) => Promise<RunnableWorker>;

/**
 * The life of a worker process that another forked, a supervisor or the `service` of a server's worker: make the worker,
 * run it until SIGTERM or until its parent is gone, dispose of it. What stops it is reported as `failed`, and the exit
 * status is 1.
 */
export async function runWorkerProcess(make: MakeWorker, owner: 'supervisor' | 'service'): Promise<void> {
  const isService = owner === 'service';
  // A Ctrl-C reaches the whole group: the parent decides.
  process.on('SIGINT', () => undefined);
  process.once('disconnect', () => process.exit(1));
  const report: Report = (status) => void process.send?.(status);
  try {
    const settings = readSettings(process.argv);
    const { url, log, follow } = await startFigures(settings, isService ? 'WARN' : 'INFO');
    if (url !== null) report({ type: 'endpoint', url });
    const grace = isService ? SERVICE_GRACE : COMMAND_GRACE;
    const { worker, engines, dispose } = await make(settings, { report, grace, log });
    process.once('SIGTERM', () => shutDown(worker));
    const running = worker.run();
    follow(vitalsOf(worker, engines));
    report({ type: 'ready' });
    await running;
    await dispose();
    process.exit(0);
  } catch (error) {
    report(failure(error));
    // Gives the message time to leave: `process.send` is asynchronous.
    setTimeout(() => process.exit(1), 100);
  }
}

/** Takes no more work; what runs gets its grace. */
export function shutDown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}
