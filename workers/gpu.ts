/** The gpu worker's process, forked by the supervisor. */
import { makeGpuWorker } from './gpu-worker.ts';
import { runWorkerProcess } from './process.ts';

await runWorkerProcess(makeGpuWorker, 'supervisor');
