import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunkTimes, committed } from '../integration/cli/command.ts';
import { testHome } from '../support/home.ts';
import { longAudio } from '../support/long-audio.ts';
import { longhand } from '../support/longhand.ts';
import { endAll, findPart, kill, processesOf, type Part } from '../support/processes.ts';
import { readOutputs, undisturbed, type Outputs } from './outputs.ts';

const MINUTES = 10;
const LIMIT = 300_000;

let audio: string;
let expected: Outputs;

beforeAll(async () => {
  audio = await longAudio(MINUTES);
  expected = await undisturbed(audio);
  expect(expected['long10.txt']).toContain('ask not what your country can do for you');
}, LIMIT);

afterAll(() => rm(dirname(audio), { recursive: true }));

describe.each<Part>(['engine', 'gpu', 'media', 'server', 'supervisor'])('kill -9 of the %s', (part) => {
  it(
    'leaves every output file byte for byte that of an undisturbed run',
    async () => {
      await using home = await testHome();
      const out = join(home.path, 'out');
      const command = transcribe(home.path, out);
      await committed(home.path, 4);
      kill(await findPart(home.path, part));
      const { status, stderr } = await command.outcome;
      expect(status, stderr).toBe(0);
      expect(await readOutputs(out)).toEqual(expected);
      await nothingLeft(home.path);
    },
    LIMIT,
  );
});

describe('kill -9 of the command and all it started', () => {
  it(
    'typed again, it goes on and repeats no committed chunk',
    async () => {
      await using home = await testHome();
      const out = join(home.path, 'out');
      const command = transcribe(home.path, out);
      await committed(home.path, 6);
      const before = await chunkTimes(home.path);
      kill(command.process.pid ?? 0);
      await endAll(home.path);
      const kept = await chunkTimes(home.path);
      expect(kept.size).toBeGreaterThanOrEqual(before.size);

      const { status, stderr } = await transcribe(home.path, out).outcome;
      expect(status, stderr).toBe(0);
      expect(await readOutputs(out)).toEqual(expected);
      const after = await chunkTimes(home.path);
      for (const [name, time] of kept) expect(after.get(name)).toBe(time);
      await nothingLeft(home.path);
    },
    LIMIT,
  );
});

function transcribe(home: string, out: string) {
  return longhand(home, ['transcribe', audio, '--out', out]);
}

/** No process, no temporary file. */
async function nothingLeft(home: string): Promise<void> {
  expect(await processesOf(home)).toEqual([]);
  expect(await readdir(join(home, 'store', '.tmp'))).toEqual([]);
}
