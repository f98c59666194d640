/** The media worker's process, forked by the supervisor. */
import { makeMediaWorker } from './media-worker.ts';
import { runWorkerProcess } from './process.ts';

await runWorkerProcess(makeMediaWorker, 'supervisor');
