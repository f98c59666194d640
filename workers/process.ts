import { Runtime, type Worker } from '@temporalio/worker';
import { failure, report } from './status.ts';
import { readSettings, type WorkerSettings } from './settings.ts';

/** A worker and what must be released after it. */
export interface RunnableWorker {
  readonly worker: Worker;
  readonly dispose: () => Promise<void>;
}

/**
 * The life of a worker process: make the worker, run it until SIGTERM or until its parent is gone, dispose of it.
 * What stops it is reported as `failed`, and the exit status is 1.
 */
export async function runWorkerProcess(
  make: (settings: WorkerSettings) => Promise<RunnableWorker>,
): Promise<void> {
  // The SDK would swallow SIGINT while no worker runs, and a Ctrl-C reaches the whole group: the parent decides.
  Runtime.install({ shutdownSignals: [] });
  process.on('SIGINT', () => undefined);
  process.once('disconnect', () => process.exit(1));
  try {
    const { worker, dispose } = await make(readSettings(process.argv));
    process.once('SIGTERM', () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    });
    const running = worker.run();
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
