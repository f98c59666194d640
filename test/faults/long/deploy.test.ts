/** A deploy by build in the middle of a run: two builds of media workers side by side, and a gpu worker that has none. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { audio } from '../../formats/audio.ts';
import { until } from '../../support/until.ts';
import { nextBuild, type NextBuild } from '../next-build.ts';
import { readTranscript, undisturbed, type Outputs } from '../outputs.ts';
import { endWorker, Pool } from '../pool.ts';

const LIMIT = 300_000;
const SPEECH = audio('en/jfk.flac');

let expected: Outputs;
let next: NextBuild;
beforeAll(async () => {
  [expected, next] = [await undisturbed(SPEECH), await nextBuild()];
}, LIMIT);
afterAll(() => next[Symbol.asyncDispose]());

const buildOf = async (pool: Pool, id: string) =>
  (await pool.describe(id)).raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;

it(
  'leaves a run on the build that began it, changes no byte, and begins the next on the newer',
  async () => {
    await using pool = await Pool.start();
    const [older] = await Promise.all([
      pool.startWorker('media', {}, { args: ['--build-id', '1'] }),
      pool.startWorker('gpu'),
    ]);
    await pool.setCurrentBuild('1');
    await pool.signalEngines('SIGSTOP');
    const first = await pool.transcribe(SPEECH);
    await until(
      async () =>
        ((await pool.describe(first.id)).raw.pendingActivities ?? []).some(
          ({ activityType }) => activityType?.name === 'transcribe',
        ),
      'Expected a chunk to begin',
    );
    await pool.startWorker('media', {}, { ...next, args: ['--build-id', '2'] });
    await pool.setCurrentBuild('2');
    await pool.signalEngines('SIGCONT');
    await first.result();

    expect(await readTranscript(pool.out)).toEqual(expected);
    expect(await buildOf(pool, first.id)).toBe('1');
    await endWorker(older, 'SIGTERM');
    const second = await pool.transcribe(audio('ru/asterisk_vm-options.opus'));
    expect(await second.result()).toMatchObject({ gaps: 0 });
    expect(await buildOf(pool, second.id)).toBe('2');
  },
  LIMIT,
);
