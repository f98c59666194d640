/** The gpu worker's process of one device, forked by `longhand worker gpu` for each of several. */
import { makeGpuWorker } from './gpu-worker.ts';
import { runWorkerProcess } from './process.ts';

await runWorkerProcess(makeGpuWorker, 'service');
