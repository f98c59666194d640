/** The media worker: the workflows, and the activities that need no device. */
import { Worker } from '@temporalio/worker';
import { readAllowed } from '../activities/fetch/allowed.ts';
import { locateFfmpeg } from '../activities/media/locate.ts';
import { createMediaActivities } from '../activities/media.ts';
import { FOR_EVER } from '../activities/retention/sweep.ts';
import { openStore } from '../activities/store/open.ts';
import { SileroVad } from '../models/vad/silero.ts';
import { MEDIA_QUEUE } from '../workflows/contract.ts';
import { bundleOf } from './bundle.ts';
import { connect } from './connect.ts';
import { deploymentOf } from './deployment.ts';
import { poolOf } from './device-ladder.ts';
import { countSource, downloads } from './figures/downloads.ts';
import { workerIdentity } from './identity.ts';
import type { MakeWorker } from './process.ts';
import { keepRetention } from './retention.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import { fetchNotices } from './status.ts';
import { openTracing } from './tracing/open.ts';
import { commonOptions } from './worker-options.ts';

export const makeMediaWorker: MakeWorker = async (settings, { report, grace, log }) => {
  const mayConnect = readAllowed();
  const store = await openStore(settings.store);
  await store.sweep();
  const [ffmpeg, vad, connection] = await Promise.all([
    locateFfmpeg({ home: settings.home, ...fetchNotices(report), ...downloads('tool') }),
    SileroVad.load(),
    connect(settings, report),
  ]);
  if (!(await registerSearchAttributes(connection, settings.namespace))) {
    report({
      type: 'notice',
      text: 'The server keeps no search attributes: transcriptions are listed by memo.',
    });
  }
  const tracing = await openTracing('longhand-media');
  const common = commonOptions(settings, connection, { grace, log, tracing });
  const isEncrypted = common.dataConverter?.failureConverterPath !== undefined;
  const identity = await workerIdentity('media');
  const worker = await Worker.create({
    ...common,
    taskQueue: MEDIA_QUEUE,
    identity,
    workflowBundle: await bundleOf(isEncrypted, tracing?.workflowModules),
    activities: createMediaActivities({
      home: settings.home,
      store,
      ffmpeg,
      vad,
      pool: poolOf(settings, connection),
      mayConnect,
      worker: identity,
      onFetched: countSource,
    }),
    maxConcurrentActivityTaskExecutions: 8,
    // A workflow whose worker was killed goes to another after this, not after the default ten seconds.
    stickyQueueScheduleToStartTimeout: '1s',
    ...(settings.buildId !== undefined && { workerDeploymentOptions: deploymentOf(settings.buildId) }),
  });
  const over = new AbortController();
  const { keep = FOR_EVER, namespace } = settings;
  const isSwept = keep.recordings !== null || keep.results !== null;
  if (isSwept) void keepRetention(keep, { store, connection, namespace, report }, over.signal);
  // A sweep that is cut short is gone on with by the next.
  const dispose = async (): Promise<void> => {
    over.abort();
    vad[Symbol.dispose]();
    await tracing?.[Symbol.asyncDispose]();
  };
  return { worker, engines: () => [], dispose };
};
