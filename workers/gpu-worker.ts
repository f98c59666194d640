/** The gpu worker: one device, its engines, and the queue of its model. */
import { Worker } from '@temporalio/worker';
import { createGpuActivities } from '../activities/gpu.ts';
import { openStore } from '../activities/store/open.ts';
import type { EngineModel } from '../models/engine/protocol.ts';
import { ensureModel } from '../models/catalogue.ts';
import { ensureGraphs } from '../models/whisper/graphs.ts';
import { gpuQueue, type Precision } from '../workflows/contract.ts';
import { connect } from './connect.ts';
import { precisionsOf, roleOf } from './device-ladder.ts';
import { Device, enginesOf, windowsOf } from './device.ts';
import { workerIdentity } from './identity.ts';
import type { MakeWorker } from './process.ts';
import { fetchNotices } from './status.ts';
import { commonOptions } from './worker-options.ts';

export const makeGpuWorker: MakeWorker = async (settings, { report, grace }) => {
  const { home } = settings;
  const device = settings.device ?? 'cpu';
  const notices = fetchNotices(report);
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
  const [first = 'int8'] = precisionsOf(device);
  const engines = enginesOf(device, settings.memory);
  const [engine, connection] = await Promise.all([
    Device.start(engines, await modelAt(first)),
    connect(settings, report),
  ]);
  const store = await openStore(settings.store);
  await store.sweep();
  const identity = await workerIdentity(roleOf(device));
  const worker = await Worker.create({
    ...commonOptions(settings, connection, grace),
    taskQueue: gpuQueue(name),
    identity,
    activities: createGpuActivities({
      store,
      device,
      worker: identity,
      transcribe: async (rung, pcm, decode, signal, onState) =>
        engine.transcribe({ model: await modelAt(rung.precision), pcm, decode }, signal, onState),
    }),
    maxConcurrentActivityTaskExecutions: windowsOf(engines),
  });
  engine.failed.catch((error: unknown) => {
    report({ type: 'notice', text: String(error) });
    process.exit(1);
  });
  return { worker, dispose: () => engine[Symbol.asyncDispose]() };
};
