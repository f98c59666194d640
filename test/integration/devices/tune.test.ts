import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TuneDocument } from '../../../client/cli/tune/report.ts';
import { speechOf, SPEECH } from '../../../client/cli/tune/speech.ts';
import type { ErrorCode } from '../../../workflows/errors.ts';
import { testHome, type TestHome } from '../../support/home.ts';
import { longhand } from '../../support/longhand.ts';
import { until } from '../../support/until.ts';
import { RATE, writeWav } from '../../support/wav.ts';
import { audio, expectRefusal } from '../cli/command.ts';

const LIMIT = 240_000;

describe('longhand tune', { timeout: LIMIT }, () => {
  let home: TestHome;
  beforeAll(async () => {
    home = await testHome();
  });
  afterAll(() => home[Symbol.asyncDispose]());

  const tune = (...args: string[]) => longhand(home.path, ['tune', ...args]).outcome;
  const file = () => join(home.path, 'tuning', 'cpu-base.json');

  it('measures layouts, keeps the best, and says what to expect', async () => {
    // Three seconds: what is looked at is the way, not the figures.
    const { status, stdout, stderr } = await tune(
      audio('formats/jfk_s24.flac'),
      '--precisions',
      'int8',
      '--json',
    );
    expect(status, stderr).toBe(0);
    const { best, measured, ...rest } = JSON.parse(stdout) as TuneDocument;
    expect(rest).toMatchObject({ device: 'cpu', model: 'base', file: file() });
    expect(measured[0]).toMatchObject({ batch: 6, precision: 'int8' });
    expect(new Set(measured.map(({ batch }) => batch))).toEqual(new Set([1, 2, 4, 6, 8, 12]));
    for (const one of measured) expect(one.realTime, JSON.stringify(one)).toBeGreaterThan(0);
    // One window a time leaves most of what the decoder does for many at once undone.
    const speeds = new Map(measured.map(({ batch, realTime }) => [batch, realTime ?? 0]));
    expect(speeds.get(1)).toBeLessThan(Math.max(...speeds.values()));
    expect(measured).toContainEqual(best);
    expect(rest.hoursPerDay).toBe(Math.round(24 * 0.7 * (best.realTime ?? 0)));
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ ...best, hardware: rest.hardware });
  });

  it('is what the next gpu worker runs', async () => {
    const tuned = JSON.parse(await readFile(file(), 'utf8')) as object;
    await writeFile(file(), JSON.stringify({ ...tuned, engines: 1, threads: 1, batch: 3 }));
    // It says so before it looks for a server.
    const worker = longhand(home.path, ['worker', 'gpu', '--address', 'localhost:1']);
    const warmUps = () => worker.stderr().match(/^Warmed up cpu: .* of which \d fit$/gm) ?? [];
    await until(() => warmUps().length > 0, worker.stderr, LIMIT);
    expect(worker.stderr()).toMatch(/^Tuned: cpu has 1 × 1 threads, batches of 3, /m);
    expect(warmUps()).toEqual([expect.stringMatching(/of which 3 fit$/)]);
    worker.process.kill('SIGKILL');
    await worker.outcome;
  });

  it('has speech of its own', async () => {
    const windows = await speechOf(SPEECH, { home: home.path });
    const seconds = windows.reduce((sum, { length }) => sum + length, 0) / RATE;
    expect(seconds).toBeGreaterThan(20);
  });

  it('refuses a file in which nobody speaks', async () => {
    const silence = join(home.path, 'silence.wav');
    await writeWav(silence, new Int16Array(2 * RATE));
    const outcome = await tune(silence);
    expectRefusal(outcome, 'LH_OPTION_INVALID');
    expect(outcome.stderr).toMatch(/Expected speech to measure with in .*silence\.wav, found none/);
  });

  it.each<[string[], ErrorCode, RegExp]>([
    [['--precisions', 'fp16'], 'LH_OPTION_INVALID', /made for cpu \(int[87], .*\), got `fp16`/],
    [['no-such.mp3'], 'LH_SOURCE_MISSING', /no-such\.mp3/],
    [['--devices', 'cuda:7'], 'LH_DEVICE_MISSING', /cuda:7/],
  ])('refuses %j', async (args, code, message) => {
    const outcome = await tune(...args);
    expectRefusal(outcome, code);
    expect(outcome.stderr).toMatch(message);
  });
});
