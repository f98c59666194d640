/** The gpu worker: one device, its engines, and the queue of its model. */
import { Worker } from '@temporalio/worker';
import { createGpuActivities } from '../activities/gpu.ts';
import { openStore } from '../activities/store/open.ts';
import type { TranscribeWindow } from '../activities/transcribe.ts';
import { addedModels } from '../models/added/registry.ts';
import { findModel } from '../models/catalogue.ts';
import { connect } from './connect.ts';
import { precisionsOf, roleOf } from './device-ladder.ts';
import { Device, enginesOf, freeMemoryOf, windowsOf } from './device.ts';
import { EngineModels } from './engine-models.ts';
import { workerIdentity } from './identity.ts';
import type { MakeWorker } from './process.ts';
import { queueOf } from './settings.ts';
import { fetchNotices } from './status.ts';
import { openTracing } from './tracing/open.ts';
import { commonOptions } from './worker-options.ts';

export const makeGpuWorker: MakeWorker = async (settings, { report, grace }) => {
  const { home } = settings;
  const device = settings.device ?? 'cpu';
  const model = findModel(settings.model, addedModels(home));
  const models = new EngineModels({ home, ...fetchNotices(report) });
  const [first = 'int8'] = precisionsOf(device);
  const engines = enginesOf(device, settings.memory);
  const [engine, connection] = await Promise.all([
    Device.start(engines, await models.at(model, first)),
    connect(settings, report),
  ]);
  const store = await openStore(settings.store);
  await store.sweep();
  const identity = await workerIdentity(roleOf(device));
  const tracing = await openTracing('longhand-gpu');
  const transcribe: TranscribeWindow = async (rung, pcm, decode, signal, onState, isAlone) =>
    engine.transcribe({ model: await models.ofRung(rung), pcm, decode, isAlone }, signal, onState);
  const worker = await Worker.create({
    ...commonOptions(settings, connection, grace, tracing),
    taskQueue: queueOf({ ...settings, model: model.name }),
    identity,
    activities: createGpuActivities({
      store,
      device,
      worker: identity,
      freeMemory: () => freeMemoryOf(device),
      transcribe: tracing?.windows(device, transcribe) ?? transcribe,
    }),
    maxConcurrentActivityTaskExecutions: windowsOf(engines),
  });
  engine.failed.catch((error: unknown) => {
    report({ type: 'notice', text: String(error) });
    process.exit(1);
  });
  const dispose = async (): Promise<void> => {
    await engine[Symbol.asyncDispose]();
    await tracing?.[Symbol.asyncDispose]();
  };
  return { worker, dispose };
};
