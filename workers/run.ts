import { once } from 'node:events';
import { MEDIA_QUEUE } from '../workflows/contract.ts';
import { logLines } from './figures/log.ts';
import { startFigures } from './figures/start.ts';
import { vitalsOf } from './figures/vitals.ts';
import { SERVICE_GRACE } from './grace.ts';
import { shutDown, type MakeWorker } from './process.ts';
import { queueOf, type WorkerSettings } from './settings.ts';
import { statusLines } from './status-lines.ts';
import { toCoded, type Report } from './status.ts';

export type WorkerKind = 'media' | 'gpu';

const makers: Record<WorkerKind, () => Promise<MakeWorker>> = {
  media: async () => (await import('./media-worker.ts')).makeMediaWorker,
  gpu: async () => (await import('./gpu-worker.ts')).makeGpuWorker,
};

/**
 * Runs one worker in this process until SIGINT or SIGTERM, which let running activities finish within the grace; a
 * second one ends the process at once. Waits for a server that is not there yet. Says on standard error what it
 * does, a line each; `report` hears the same as data. Resolves when it has ended as it was told; rejects with the
 * coded error of what stopped it.
 */
export async function runWorker(
  kind: WorkerKind,
  settings: WorkerSettings,
  report: Report = () => undefined,
): Promise<void> {
  try {
    const { url, log, follow } = await startFigures(settings, 'WARN');
    const say = logLines(log.format);
    const sayStatus = statusLines(say);
    const tell: Report = (status) => {
      sayStatus(status);
      report(status);
    };
    if (url !== null) tell({ type: 'endpoint', url });
    const told = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    const make = await makers[kind]();
    const making = make(settings, { report: tell, grace: SERVICE_GRACE, log });
    const made = await Promise.race([making, told]);
    if (!('worker' in made)) return;
    const running = made.worker.run();
    follow(vitalsOf(made.worker, made.engines));
    const queue = kind === 'media' ? MEDIA_QUEUE : queueOf(settings);
    tell({ type: 'ready' });
    say(`Ready: serving ${queue} in ${settings.namespace} at ${settings.address}`);
    void told.then(() => {
      say('Ending: finishing what runs');
      shutDown(made.worker);
    });
    await running;
    await made.dispose();
    say('Ended');
  } catch (error) {
    throw toCoded(error);
  }
}
