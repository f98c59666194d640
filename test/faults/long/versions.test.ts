/** Workers of two builds on one server: what every upgrade that stops nothing goes through. */
import { mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunkTimes, committed } from '../../integration/cli/command.ts';
import { audio as clip } from '../../formats/audio.ts';
import { longAudio } from '../../support/long-audio.ts';
import { reportOf } from '../../support/outputs.ts';
import type { Command } from '../../support/longhand.ts';
import { until } from '../../support/until.ts';
import { buildOfOtherGraphs, nextBuild, type NextBuild } from '../next-build.ts';
import { readTranscript, undisturbed, type Outputs } from '../outputs.ts';
import { endWorker, Pool } from '../pool.ts';

/** Two sections, and as many chunks as engines take in three batches. */
const MINUTES = 15;
const LIMIT = 600_000;
/** Milliseconds until chunks are committed, on a machine that does much else. */
const UNDER_WAY = 150_000;

const { EVENT_TYPE_WORKFLOW_TASK_FAILED } = temporal.api.enums.v1.EventType;

let audio: string;
let expected: Outputs;
let next: NextBuild;

beforeAll(async () => {
  audio = await longAudio(MINUTES);
  [expected, next] = [await undisturbed(audio), await nextBuild()];
}, LIMIT);
afterAll(async () => {
  await rm(dirname(audio), { recursive: true });
  await next[Symbol.asyncDispose]();
});

describe('workers of two builds', { timeout: LIMIT }, () => {
  it('on one server take a run on by turns, and change no byte', async () => {
    await using pool = await Pool.start();
    await using graphs = await buildOfOtherGraphs();
    await ownGraphs(pool.home);
    const [old] = await Promise.all([
      pool.startWorker('media'),
      pool.startWorker('gpu'),
      pool.startWorker('gpu', {}, graphs),
    ]);
    const { id, result } = await begin(pool);
    await committed(pool.home, 1, UNDER_WAY);
    const newer = await pool.startWorker('media', {}, next);
    await endWorker(old, 'SIGKILL');
    await until(() => tookPart(pool, id, newer), 'Expected the newer build to go on with the run', UNDER_WAY);
    const older = await pool.startWorker('media');
    await endWorker(newer, 'SIGKILL');
    await result;

    expect(await readTranscript(pool.out)).toEqual(expected);
    for (const worker of [old, newer, older]) expect(await tookPart(pool, id, worker)).toBe(true);
    const events = await eventsOf(pool, id);
    expect(events.filter(({ eventType }) => eventType === EVENT_TYPE_WORKFLOW_TASK_FAILED)).toEqual([]);
    // The worker that has no such graphs gave chunks back, and the other did them.
    const refusals = events.map(
      ({ activityTaskStartedEventAttributes: started }) => started?.lastFailure?.applicationFailureInfo?.type,
    );
    expect(refusals).toContain('LH_MODEL_VERSION_MISSING');
    expect(await foundIn(pool)).not.toContain(true);
    await expectOnce(pool);
  });

  it('one after the other, as an upgrade in the middle of a run, change no byte and repeat no chunk', async () => {
    await using pool = await Pool.start();
    const old = await Promise.all([pool.startWorker('media'), pool.startWorker('gpu')]);
    const { id, result } = await begin(pool);
    await committed(pool.home, 4, UNDER_WAY);
    await Promise.all(old.map((worker) => endWorker(worker, 'SIGTERM')));
    const kept = await chunkTimes(pool.home);
    const [media] = await Promise.all([
      pool.startWorker('media', {}, next),
      pool.startWorker('gpu', {}, next),
    ]);
    await result;

    expect(await readTranscript(pool.out)).toEqual(expected);
    expect(await tookPart(pool, id, media)).toBe(true);
    await pool.expectKept(kept);
    await expectOnce(pool);
  });

  it('do not end a run that the newer began and the older cannot go on with: the newer does', async () => {
    await using pool = await Pool.start();
    const [newer] = await Promise.all([pool.startWorker('media', {}, next), pool.startWorker('gpu')]);
    await pool.signalEngines('SIGSTOP');
    const { id, result } = await begin(pool, clip('en/jfk.flac'));
    await until(
      async () => ((await pool.describe(id)).raw.pendingActivities ?? []).some(isChunk),
      'Expected a chunk to begin',
    );
    await endWorker(newer, 'SIGKILL');
    await pool.startWorker('media');
    await pool.signalEngines('SIGCONT');
    const failed = await until(
      async () =>
        (await pool.events(id)).find(({ eventType }) => eventType === EVENT_TYPE_WORKFLOW_TASK_FAILED),
      'Expected the older build to refuse the run',
      UNDER_WAY,
    );
    const cause = failed.workflowTaskFailedEventAttributes?.cause;
    const { WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR } =
      temporal.api.enums.v1.WorkflowTaskFailedCause;
    expect(cause).toBe(WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR);
    await pool.startWorker('media', {}, next);
    expect(await result).toMatchObject({ gaps: 0, falls: 0 });
  });
});

async function begin(pool: Pool, path = audio) {
  const transcription = await pool.transcribe(path);
  return { id: transcription.id, result: transcription.result() };
}

const isChunk = ({ activityType }: temporal.api.workflow.v1.IPendingActivityInfo): boolean =>
  activityType?.name === 'transcribe';

/** What has happened to a run and its sections. */
async function eventsOf(pool: Pool, id: string) {
  return (await Promise.all([id, `${id}/1`, `${id}/2`].map((each) => pool.events(each)))).flat();
}

/** Whether a worker has taken a run or its sections a step further. */
async function tookPart(pool: Pool, id: string, { process }: Command): Promise<boolean> {
  const events = await eventsOf(pool, id);
  return events.some(({ workflowTaskCompletedEventAttributes: completed }) =>
    completed?.identity?.includes(` ${process.pid}@`),
  );
}

/** Of each chunk's text: whether a worker found it done. */
async function foundIn(pool: Pool): Promise<(boolean | undefined)[]> {
  const { chunks } = await reportOf(audio, pool.out);
  return chunks.flatMap(({ tries }) => tries.map(({ run }) => run?.found));
}

/** Each chunk was committed once, none by another rung. */
async function expectOnce(pool: Pool): Promise<void> {
  const found = await foundIn(pool);
  expect((await chunkTimes(pool.home)).size).toBe(found.length);
}

/** Gives a home graphs of its own beside those of the machine, so that another version of them is built there alone. */
async function ownGraphs(home: string): Promise<void> {
  const shared = join(process.env.LONGHAND_TEST_HOME!, 'graphs');
  const own = join(home, 'graphs');
  await rm(own);
  for (const name of await readdir(shared)) {
    for (const revision of await readdir(join(shared, name))) {
      const folder = join(own, name, revision);
      await mkdir(folder, { recursive: true });
      for (const graphs of await readdir(join(shared, name, revision))) {
        await symlink(join(shared, name, revision, graphs), join(folder, graphs));
      }
    }
  }
}
