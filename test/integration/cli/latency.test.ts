import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testHome } from '../../support/home.ts';
import { longhand } from '../../support/longhand.ts';
import { slowdown } from '../../support/slowdown.ts';
import { standing } from '../../support/up.ts';
import { audio, interrupt } from './command.ts';

/**
 * Milliseconds from the command to the end of its text; a quiet machine needs less than half of each. Where others have
 * a part of the processor, as many more as they take.
 */
const ALONE = 20_000;
const AGAINST_UP = 8000;

describe('the 11-second clip', { timeout: 240_000 }, () => {
  it('shows its text soon after the command, sooner against a running up', async () => {
    await using home = await testHome();
    const clip = join(home.path, 'second.flac');
    await copyFile(audio('en/jfk.flac'), clip);
    await longhand(home.path, ['transcribe', audio('en/librivox_austen.flac')]).outcome;
    const before = await slowdown();
    const alone = await longhand(home.path, ['transcribe', clip]).outcome;
    expect(alone.stdout, alone.stderr).toContain('country');

    const between = await slowdown();
    await using other = await testHome();
    const up = await standing(other.path);
    const against = await longhand(other.path, ['transcribe', clip]).outcome;
    expect(against.stdout, against.stderr).toContain('country');
    await interrupt(up);
    const after = await slowdown();

    const slowed = [before, between, after].map((factor) => factor.toFixed(1)).join(', ');
    const took = `alone ${alone.took.toFixed(0)} ms, against up ${against.took.toFixed(0)} ms`;
    const figures = `${took}, on a machine slowed down ${slowed} times`;
    process.stdout.write(`the 11-second clip: ${figures}\n`);
    expect(alone.took, figures).toBeLessThan(ALONE * Math.max(before, between));
    expect(against.took, figures).toBeLessThan(AGAINST_UP * Math.max(between, after));
  });
});
