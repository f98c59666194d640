/** The gpu worker: one device, its engines, and the queue of its model. */
import { Worker } from '@temporalio/worker';
import { createGpuActivities } from '../activities/gpu.ts';
import { openStore } from '../activities/store/open.ts';
import type { TranscribeWindow } from '../activities/transcribe.ts';
import { addedModels } from '../models/added/registry.ts';
import { findModel } from '../models/catalogue.ts';
import { connect } from './connect.ts';
import { precisionsOf, roleOf } from './device-ladder.ts';
import { Device, enginesOf, freeMemoryOf } from './device.ts';
import { EngineModels } from './engine-models.ts';
import { ChunkTimes } from './governor/chunk-times.ts';
import { Governor } from './governor/governor.ts';
import { parseGovernor, type GovernorSettings } from './governor/settings.ts';
import { BatchSlots, tunerOf } from './governor/slots.ts';
import { warmUpLine } from './governor/warm-up-line.ts';
import { downloads } from './figures/downloads.ts';
import { engineFigures } from './figures/device-figures.ts';
import { logLines } from './figures/log.ts';
import { measured } from './figures/measured.ts';
import { memoryPeak } from './figures/memory-peak.ts';
import { count } from './figures/runtime.ts';
import { workerIdentity } from './identity.ts';
import type { MakeWorker } from './process.ts';
import { queueOf, type WorkerSettings } from './settings.ts';
import { fetchNotices } from './status.ts';
import { openTracing } from './tracing/open.ts';
import { readTuned } from './tuning/tuned.ts';
import { commonOptions } from './worker-options.ts';

export const makeGpuWorker: MakeWorker = async (settings, { report, grace, log }) => {
  const { home } = settings;
  // Not for a command's eyes: a worker's own log.
  const say = logLines(log.format);
  const governing = governorOf(settings);
  const device = settings.device ?? 'cpu';
  const model = findModel(settings.model, addedModels(home));
  const models = new EngineModels({ home, ...fetchNotices(report), ...downloads('model') });
  const precisions = precisionsOf(device);
  const [first = 'int8'] = precisions;
  const { memory } = settings;
  const tuned = await readTuned(home, { device, model: model.name, limit: memory ?? null }, say);
  const engines = enginesOf(device, tuned ?? undefined, memory);
  const [engine, connection] = await Promise.all([
    Device.start(engines, await models.at(model, first), {
      ...engineFigures(device, engines.length),
      onWarmUp: (warmup) => say(warmUpLine(device, warmup)),
    }),
    connect(settings, report),
  ]);
  count('longhand_engines', engines.length, { device });
  const store = await openStore(settings.store);
  await store.sweep();
  const identity = await workerIdentity(roleOf(device));
  const tracing = await openTracing('longhand-gpu');
  const transcribe: TranscribeWindow = async (rung, pcm, decode, signal, onState, isAlone) =>
    engine.transcribe({ model: await models.ofRung(rung), pcm, decode, isAlone }, signal, onState);
  const slots = new BatchSlots(0);
  const times = new ChunkTimes();
  const governor = new Governor({
    ...{ name: device, device: engine, slots, home, settings: governing, precisions, times, say },
    onDecision: ({ kind }) => count('longhand_decisions', 1, { device, kind }),
    onReading: memoryPeak(device, () => engine.pids),
  });
  const worker = await Worker.create({
    ...commonOptions(settings, connection, { grace, log, tracing }),
    taskQueue: queueOf({ ...settings, model: model.name }),
    identity,
    activities: createGpuActivities({
      store,
      device,
      worker: identity,
      freeMemory: () => freeMemoryOf(device),
      refuses: (rung) => governor.refuses(rung),
      transcribe: measured(device, tracing?.windows(device, transcribe) ?? transcribe, (seconds) =>
        times.add(performance.now() / 1000, seconds),
      ),
    }),
    tuner: tunerOf(slots),
  });
  engine.failed.catch((error: unknown) => {
    report({ type: 'notice', text: String(error) });
    process.exit(1);
  });
  const dispose = async (): Promise<void> => {
    governor[Symbol.dispose]();
    await engine[Symbol.asyncDispose]();
    await tracing?.[Symbol.asyncDispose]();
  };
  return { worker, engines: () => engine.states, dispose };
};

const governorOf = ({ governor }: WorkerSettings): GovernorSettings =>
  governor === undefined
    ? parseGovernor(process.env.LONGHAND_GOVERNOR ?? '', 'LONGHAND_GOVERNOR')
    : parseGovernor(governor);
