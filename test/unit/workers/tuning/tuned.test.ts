import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  hardwareOf,
  readTuned,
  tunedFile,
  writeTuned,
  type Tuned,
} from '../../../../workers/tuning/tuned.ts';

let home: string;
let tuned: Tuned;
let said: string[];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'longhand-test-'));
  said = [];
  tuned = {
    ...({ device: 'cpu', hardware: await hardwareOf('cpu'), model: 'base', limit: null } as const),
    ...({ engines: 3, threads: 1, batch: 8, precision: 'int8', realTime: 61.4, memory: 1.5e9 } as const),
  };
});
afterEach(() => rm(home, { recursive: true }));

const read = (limit: number | null = null) =>
  readTuned(home, { device: 'cpu', model: 'base', limit }, (line) => said.push(line));

describe('a layout that was measured', () => {
  it('is what the next worker takes, which says so', async () => {
    const file = await writeTuned(home, tuned);
    expect(await read()).toEqual(tuned);
    expect(said).toEqual([
      `Tuned: cpu has 3 × 1 threads, batches of 8, 61 times real time when it was measured (${file})`,
    ]);
    expect(await readdir(dirname(file))).toEqual(['cpu-base.json']);
  });

  it('is of one device and one model', async () => {
    await writeTuned(home, tuned);
    expect(await readTuned(home, { device: 'cpu', model: 'small', limit: null }, () => undefined)).toBeNull();
    expect(
      await readTuned(home, { device: 'cuda:0', model: 'base', limit: null }, () => undefined),
    ).toBeNull();
    expect(said).toEqual([]);
  });

  it('is not for other hardware', async () => {
    await writeTuned(home, { ...tuned, hardware: 'another, 64 threads' });
    expect(await read()).toBeNull();
    expect(said.join()).toMatch(/^Not tuned: .* is for another, 64 threads, and cpu is /);
  });

  it('is not for less memory than it takes', async () => {
    await writeTuned(home, tuned);
    expect(await read(1e9)).toBeNull();
    expect(said.join()).toMatch(/takes 1500 MB, more than the 1000 MB that --memory allows/);
    expect(await read(2e9)).toEqual(tuned);
  });

  it.each([
    ['{"engines": 0}', /cpu-base\.json engines to be a whole number from 1 to 256, got 0/],
    ['{"engines": 1, "threads": "2"}', /threads to be a whole number from 1 to 1024, got "2"/],
    ['{"engines": 1, "threads": 2}', /batch to be a whole number from 1 to 64, got undefined/],
    ['null', /engines to be/],
    ['engines: 1', /to be JSON, as longhand tune writes it, got "engines: 1"/],
  ])('stops the start where it was changed to %s', async (text, message) => {
    await writeTuned(home, tuned);
    await writeFile(tunedFile(home, 'cpu', 'base'), text);
    await expect(read()).rejects.toMatchObject({
      code: 'LH_OPTION_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });
});
