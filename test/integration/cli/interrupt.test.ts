import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testHome } from '../../support/home.ts';
import { longAudio } from '../../support/long-audio.ts';
import { longhand } from '../../support/longhand.ts';
import { findPart, whileStopped } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import { chunkTimes, committed, expectNothingLeft, expectRefusal } from './command.ts';

const LIMIT = 180_000;
/** More chunks than the engines take at once: some are left when the first are committed. */
const MINUTES = 9;
/** Milliseconds from the signal to the end of the command. */
const ENDS_WITHIN = 10_000;

let audio: string;
beforeAll(async () => {
  audio = await longAudio(MINUTES);
});
afterAll(() => rm(dirname(audio), { recursive: true }));

describe.each(['SIGINT', 'SIGTERM'] as const)('%s in the middle', (signal) => {
  it(
    'leaves nothing running, keeps what is done, and the same command goes on',
    { timeout: LIMIT },
    async () => {
      await using home = await testHome();
      const command = longhand(home.path, ['transcribe', audio]);
      await committed(home.path, 2);
      const sent = performance.now();
      command.process.kill(signal);
      expectRefusal(await command.outcome, 'LH_CANCELLED');
      expect(performance.now() - sent).toBeLessThan(ENDS_WITHIN);
      await expectNothingLeft(home.path);
      const kept = await chunkTimes(home.path);
      expect(kept.size).toBeGreaterThanOrEqual(2);

      const again = await longhand(home.path, ['transcribe', audio]).outcome;
      expect(again.status, again.stderr).toBe(0);
      expect(again.stdout).toContain('ask not what your country can do for you');
      const after = await chunkTimes(home.path);
      for (const [name, time] of kept) expect(after.get(name)).toBe(time);
    },
  );
});

describe('an early SIGINT', () => {
  it('leaves nothing running either', { timeout: LIMIT }, async () => {
    await using home = await testHome();
    const command = longhand(home.path, ['transcribe', audio]);
    await findPart(home.path, 'supervisor');
    command.process.kill('SIGINT');
    expectRefusal(await command.outcome, 'LH_CANCELLED');
    await expectNothingLeft(home.path);
  });
});

describe('a second SIGINT', () => {
  it('ends the command at once', { timeout: LIMIT }, async () => {
    await using home = await testHome();
    const command = longhand(home.path, ['transcribe', audio]);
    await committed(home.path, 1);
    // By the first signal alone it would wait for the supervisor's end.
    await whileStopped(await findPart(home.path, 'supervisor'), async () => {
      const isOver = () => !command.process.kill('SIGINT');
      await until(isOver, () => `Expected it to end, got: ${command.stderr()}`);
      expect((await command.outcome).status).toBe(130);
    });
    await expectNothingLeft(home.path);
  });
});
