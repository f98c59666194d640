/** The gpu worker: one device, its engine, and the queue of its model. */
import { availableParallelism } from 'node:os';
import { Worker } from '@temporalio/worker';
import { createGpuActivities } from '../activities/gpu.ts';
import { openFolderStore } from '../activities/store/folder.ts';
import type { EngineModel } from '../models/engine/protocol.ts';
import { ensureModel } from '../models/catalogue.ts';
import { ensureGraphs } from '../models/whisper/graphs.ts';
import { gpuQueue, type Precision } from '../workflows/contract.ts';
import { codedFailures } from './coded-failures.ts';
import { connect } from './connect.ts';
import { Device } from './device.ts';
import { runWorkerProcess, type RunnableWorker } from './process.ts';
import { storeFolder, type WorkerSettings } from './settings.ts';
import { report } from './status.ts';

/** Decoding pays up to here (measured: docs/engine.md). */
const BATCH = 8;
/** A CPU's own ladder starts here: full precision is slower and no better. */
const CPU_PRECISION: Precision = 'int8';

async function makeGpuWorker(settings: WorkerSettings): Promise<RunnableWorker> {
  const { home } = settings;
  const notices = {
    onProgress: (name: string, done: number, total: number | null) =>
      report({ type: 'fetch', name, done, total }),
    onNotice: (text: string) => report({ type: 'notice', text }),
  };
  const { name, revision, folder } = await ensureModel(settings.model, { home, ...notices });
  const models = new Map<Precision, Promise<EngineModel>>();
  const modelAt = (precision: Precision): Promise<EngineModel> => {
    const known = models.get(precision);
    if (known) return known;
    const built = ensureGraphs({ home, name, revision, folder, precision, ...notices }).then((graphs) => ({
      folder,
      graphs,
      precision,
    }));
    models.set(precision, built);
    // What failed once, a full disk say, is tried again by the next chunk.
    built.catch(() => models.delete(precision));
    return built;
  };
  const engineSettings = { device: 'cpu', threads: availableParallelism(), batch: BATCH } as const;
  const [device, connection] = await Promise.all([
    Device.start(engineSettings, await modelAt(CPU_PRECISION)),
    connect(settings),
  ]);
  const store = await openFolderStore(storeFolder(home));
  await store.sweep();
  const worker = await Worker.create({
    connection,
    namespace: settings.namespace,
    taskQueue: gpuQueue(name),
    activities: createGpuActivities({
      store,
      transcribe: async (rung, pcm, language, signal) =>
        device.transcribe({ model: await modelAt(rung.precision), pcm, language }, signal),
    }),
    interceptors: { activity: [() => ({ inbound: codedFailures })] },
    // A running batch and one that waits behind it.
    maxConcurrentActivityTaskExecutions: 2 * BATCH,
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: '2s',
    shutdownForceTime: '4s',
  });
  device.failed.catch((error: unknown) => {
    report({ type: 'notice', text: String(error) });
    process.exit(1);
  });
  return { worker, dispose: () => device[Symbol.asyncDispose]() };
}

await runWorkerProcess(makeGpuWorker);
