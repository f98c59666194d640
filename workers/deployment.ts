import type { WorkerDeploymentOptions } from '@temporalio/worker';

/** The deployment that the builds of media workers are versions of. */
export const DEPLOYMENT = 'longhand';

/**
 * How a media worker is known as one of a build. A transcription, and with it its sections, ends on the build that began it: a
 * deploy in the middle of ten hours replays nothing on other code. gpu workers have no builds: what they do is decided by
 * the chunk that they are given.
 */
export const deploymentOf = (buildId: string): WorkerDeploymentOptions => ({
  useWorkerVersioning: true,
  version: { deploymentName: DEPLOYMENT, buildId },
  defaultVersioningBehavior: 'PINNED',
});
