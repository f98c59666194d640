import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testHome } from '../../support/home.ts';
import { longAudio } from '../../support/long-audio.ts';
import { longhand } from '../../support/longhand.ts';
import { findPart, kill } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import { audio } from '../cli/command.ts';

let long: string;
beforeAll(async () => {
  // Long enough for the short ones to be done before it, however they are batched.
  long = await longAudio(12);
});
afterAll(() => rm(dirname(long), { recursive: true }));

/** How many transcriptions have put their text in the store. */
async function textsIn(home: string): Promise<number> {
  const names = await readdir(join(home, 'store', 'jobs'), { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith('.txt')).length;
}

it('a supervisor that is killed takes no text with it that was waiting for its turn', async () => {
  await using home = await testHome();
  const files = [long, audio('en/jfk.flac'), audio('en/asterisk_demo-congrats.opus')];
  const command = longhand(home.path, ['transcribe', ...files, '--at-once', '3']);
  await until(async () => (await textsIn(home.path)) >= 2, 'Expected the short ones to be done', 150_000);
  // The command hears of it a moment later.
  await setTimeout(1000);
  kill(await findPart(home.path, 'supervisor'));
  const { status, stdout, stderr } = await command.outcome;
  expect(stderr).toContain('The supervisor was lost');
  expect(status, stderr).toBe(0);
  const texts = stdout.split(/^==> (.*) <==\n/m).slice(1);
  expect(texts.filter((_, index) => index % 2 === 0)).toEqual([
    'long12.wav',
    'jfk.flac',
    'asterisk_demo-congrats.opus',
  ]);
  expect(texts[3]).toContain('ask not what your country can do for you');
  expect(texts[5]).toMatch(/congrat/i);
}, 300_000);
