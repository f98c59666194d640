/** The same request gives the same bytes, whatever the day, the place and the language of the machine. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunReport } from '../../workflows/contract.ts';
import { audio } from '../integration/cli/command.ts';
import { testHome } from '../support/home.ts';
import { longhand } from '../support/longhand.ts';

const TIME_LIMIT = 120_000;
const CLIP = 'en/dialogue_two_speakers.opus';
/** Milliseconds: more than a year. */
const LATER = 400 * 24 * 3600 * 1000;
/** Formats of the transcript, all of them. */
const FORMATS = ['json', 'srt', 'tsv', 'txt', 'vtt'];

/**
 * Sets the clock of every Node process of Longhand, so of all but the Temporal server, on by so many milliseconds. Each
 * notes its day and its program in the file `log`.
 */
const shiftedClock = (by: number, log: string): string => `
  import { appendFileSync } from 'node:fs';
  const Now = Date;
  globalThis.Date = class Date extends Now {
    constructor(...given) {
      if (given.length > 0) super(...given);
      else super(Now.now() + ${by});
    }
    static now() {
      return Now.now() + ${by};
    }
  };
  appendFileSync(${JSON.stringify(log)}, new Date().toISOString() + ' ' + process.argv[1] + '\\n');
`;

interface Place {
  /** Below the home: where the source lies, and where the outputs go. */
  readonly folder: string;
  readonly env: (home: string) => Promise<NodeJS.ProcessEnv>;
}

const places: Record<'here' | 'elsewhere', Place> = {
  here: { folder: 'a', env: () => Promise.resolve({ TZ: 'UTC', LC_ALL: 'C' }) },
  elsewhere: {
    folder: 'çok/uzak bir/yer',
    env: async (home) => {
      const clock = join(home, 'clock.mjs');
      await writeFile(clock, shiftedClock(LATER, join(home, 'clock.log')));
      return {
        TZ: 'Pacific/Kiritimati',
        LANG: 'tr_TR.UTF-8',
        LC_ALL: 'tr_TR.UTF-8',
        HOME: home,
        USER: 'someone',
        NODE_OPTIONS: `--import ${clock}`,
      };
    },
  },
};

it(
  'another day, time zone, language, user and path change no byte of a transcript',
  { timeout: 2 * TIME_LIMIT },
  async () => {
    const yearThere = () => new Date(Date.now() + LATER).getUTCFullYear();
    const began = yearThere();
    const here = await transcribed(places.here);
    const elsewhere = await transcribed(places.elsewhere);
    expect(Object.keys(elsewhere.files)).toEqual(FORMATS);
    expect(elsewhere.files).toEqual(here.files);

    // The reports are of two runs, and every part of the second had the other clock.
    expect(elsewhere.report.runId).not.toBe(here.report.runId);
    for (const part of [
      'client/cli/main',
      'supervisor/main',
      'workers/media',
      'workers/gpu',
      'engine/main',
    ]) {
      expect(elsewhere.clock).toMatch(new RegExp(`^(?:${began}|${yearThere()})-.*/${part}\\.js$`, 'm'));
    }
    for (const { files, alien } of [here, elsewhere]) {
      for (const text of Object.values(files)) {
        for (const word of alien) expect(text).not.toContain(word);
      }
    }
  },
);

/** A transcription on a home of its own: its files, and what of its place must not be in them. */
async function transcribed({ folder, env }: Place) {
  await using home = await testHome();
  const at = join(home.path, folder);
  await mkdir(at, { recursive: true });
  await copyFile(audio(CLIP), join(at, 'talk.opus'));
  const args = ['transcribe', join(at, 'talk.opus'), '--out', at, '--formats', [...FORMATS, 'report'].join()];
  const { status, stderr } = await longhand(home.path, args, await env(home.path)).outcome;
  expect(status, stderr).toBe(0);
  const read = (extension: string) => readFile(join(at, `talk.${extension}`), 'utf8');
  const files = await Promise.all(FORMATS.map(async (format) => [format, await read(format)] as const));
  const report = JSON.parse(await read('report.json')) as RunReport;
  const workers = report.chunks.flatMap(({ tries }) => tries.flatMap(({ run }) => (run ? [run.worker] : [])));
  expect(workers).not.toEqual([]);
  return {
    report,
    clock: await readFile(join(home.path, 'clock.log'), 'utf8').catch(() => ''),
    files: Object.fromEntries(files),
    alien: [home.path, report.workflowId, report.runId, report.startedAt.slice(0, 10), ...workers],
  };
}
