/** The media worker: the workflows, and the activities that need no device. */
import { Worker } from '@temporalio/worker';
import { locateFfmpeg } from '../activities/media/locate.ts';
import { createMediaActivities } from '../activities/media.ts';
import { openFolderStore } from '../activities/store/folder.ts';
import { SileroVad } from '../models/vad/silero.ts';
import { MEDIA_QUEUE } from '../workflows/contract.ts';
import { BUNDLE } from './bundle.ts';
import { codedFailures } from './coded-failures.ts';
import { connect } from './connect.ts';
import { runWorkerProcess, type RunnableWorker } from './process.ts';
import { storeFolder, type WorkerSettings } from './settings.ts';
import { report } from './status.ts';

async function makeMediaWorker(settings: WorkerSettings): Promise<RunnableWorker> {
  const store = await openFolderStore(storeFolder(settings.home));
  await store.sweep();
  const [ffmpeg, vad, connection] = await Promise.all([
    locateFfmpeg({
      home: settings.home,
      onProgress: (name, done, total) => report({ type: 'fetch', name, done, total }),
      onNotice: (text) => report({ type: 'notice', text }),
    }),
    SileroVad.load(),
    connect(settings),
  ]);
  const worker = await Worker.create({
    connection,
    namespace: settings.namespace,
    taskQueue: MEDIA_QUEUE,
    workflowBundle: { codePath: BUNDLE },
    activities: createMediaActivities({ store, ffmpeg, vad, deviceLadder: ['int8'] }),
    interceptors: { activity: [() => ({ inbound: codedFailures })] },
    maxConcurrentActivityTaskExecutions: 8,
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    // A workflow whose worker was killed goes to another after this, not after the default ten seconds.
    stickyQueueScheduleToStartTimeout: '1s',
    shutdownGraceTime: '1s',
    shutdownForceTime: '4s',
  });
  const dispose = (): Promise<void> => {
    vad[Symbol.dispose]();
    return Promise.resolve();
  };
  return { worker, dispose };
}

await runWorkerProcess(makeMediaWorker);
