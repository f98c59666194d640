import { mkdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { testHome } from '../../support/home.ts';
import { longAudio } from '../../support/long-audio.ts';
import { longhand } from '../../support/longhand.ts';
import { reportOf } from '../../support/outputs.ts';
import { addressOf, saysReady, standing } from '../../support/up.ts';

const LIMIT = 400_000;
const FORMATS = ['json', 'srt', 'txt'];

/** What is written of a recording with so many gpu workers, and how many of them took part. */
async function withWorkers(count: number, recording: string): Promise<{ files: string[]; workers: number }> {
  await using home = await testHome();
  const up = await standing(home.path);
  for (let other = 1; other < count; other++) {
    const args = ['worker', 'gpu', '--address', addressOf(up), '--json'];
    await saysReady(longhand(home.path, args));
  }
  const out = join(home.path, 'out');
  await mkdir(out);
  const formats = [...FORMATS, 'report'].join(',');
  const args = ['transcribe', recording, '--out', out, '--words', '--formats', formats];
  const { status, stderr } = await longhand(home.path, args).outcome;
  expect(status, stderr).toBe(0);
  const { chunks } = await reportOf(recording, out);
  const ran = chunks.flatMap(({ tries }) => tries.map(({ run }) => run?.worker));
  const read = (format: string) => readFile(join(out, `${parse(recording).name}.${format}`), 'utf8');
  return { files: await Promise.all(FORMATS.map(read)), workers: new Set(ran).size };
}

describe('a recording transcribed by 1, 2 and 4 gpu workers', { timeout: LIMIT }, () => {
  let recording: string;
  let one: readonly string[];

  beforeAll(async () => {
    recording = await longAudio(5);
    ({ files: one } = await withWorkers(1, recording));
  }, LIMIT);

  it.each([2, 4])('is written the same, byte for byte, with %i', async (count) => {
    const { files, workers } = await withWorkers(count, recording);
    expect(workers).toBeGreaterThan(1);
    expect(files).toEqual(one);
  });
});
