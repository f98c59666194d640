import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testHome } from '../../support/home.ts';
import { longhand } from '../../support/longhand.ts';
import { standing } from '../../support/up.ts';
import { audio, expectRefusal } from './command.ts';

const LIMIT = 120_000;

describe('the governor of a gpu worker', { timeout: LIMIT }, () => {
  it.each([
    ['gpu', ['--governor', 'high=80'], {}, /--governor high to be a share from 10% to 99%, got "80"/],
    ['gpu', [], { LONGHAND_GOVERNOR: 'evry=5s' }, /LONGHAND_GOVERNOR settings among .*, got "evry"/],
    ['media', ['--governor', 'dry-run'], {}, /`governor` for a gpu worker, got it for a media worker/],
  ])('does not start with a bad setting: %s %j %j', async (kind, flags, env, message) => {
    await using home = await testHome();
    const args = ['worker', kind, ...flags, '--address', 'localhost:1'];
    const outcome = await longhand(home.path, args, env).outcome;
    expectRefusal(outcome, 'LH_OPTION_INVALID');
    expect(outcome.stderr).toMatch(message);
  });

  it('says in its log, and there alone, what the warm-up gained', async () => {
    await using home = await testHome();
    await standing(home.path, [], { LONGHAND_GOVERNOR: 'dry-run' });
    const log = () => readFile(join(home.path, 'logs', 'gpu.log'), 'utf8');
    expect(await log()).toMatch(
      /^Warmed up cpu: loaded in [\d.]+ s, .* times as fast\); \d+ MB held, \d+ MB .*, of which \d fit$/m,
    );
    const { status, stderr } = await longhand(home.path, ['transcribe', audio('en/jfk.flac')]).outcome;
    expect(status, stderr).toBe(0);
    expect(stderr).not.toMatch(/Warmed up|Governor/);
  });
});
