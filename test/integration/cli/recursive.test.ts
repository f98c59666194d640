import { copyFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../workflows/errors.ts';
import { longhand, type Outcome } from '../../support/longhand.ts';
import { audio, chunkTimes, expectRefusal, make } from './command.ts';
import { StandingHome } from './standing-home.ts';

const here: StandingHome = new StandingHome(() => makeCalls(path('calls')));
const { path } = here;
const transcribe = (...args: string[]): Promise<Outcome> =>
  longhand(here.folder, ['transcribe', '--recursive', ...args]).outcome;

/** A folder of two recordings of one name, what is no media, what is broken, and links in a circle. */
async function makeCalls(calls: string): Promise<void> {
  for (const folder of ['a', 'b/deep', '.cache']) await mkdir(join(calls, folder), { recursive: true });
  const short = ['-t', '3', '-i', audio('en/jfk.flac')];
  await make(...short, join(calls, 'a/talk.flac'));
  await make('-ss', '3', ...short, join(calls, 'b/talk.flac'));
  await copyFile(audio('broken/text.mp3'), join(calls, 'b/deep/broken.mp3'));
  await copyFile(join(calls, 'a/talk.flac'), join(calls, '.cache/talk.flac'));
  await writeFile(join(calls, 'notes.txt'), 'no media');
  await symlink(calls, join(calls, 'b/deep/loop'));
}

describe('transcribe --recursive', () => {
  it('keeps the folders below --out, goes on after a broken file, and sums up', async () => {
    const { status, stdout, stderr } = await transcribe(
      path('calls'),
      '--out',
      path('out'),
      '--formats',
      'txt,srt',
    );
    expect(status).toBe(EXIT.input);
    expect(stdout).toBe('');
    const written = await readdir(path('out'), { recursive: true, withFileTypes: true });
    const files = written
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    expect(files.sort()).toEqual(
      ['out/a/talk.srt', 'out/a/talk.txt', 'out/b/talk.srt', 'out/b/talk.txt'].map(path),
    );
    expect(stderr).toContain(`${path('calls/b/deep/broken.mp3')}: LH_AUDIO_UNREADABLE: `);
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /^3 files: 2 done, 0 already, 1 failed, 2 skipped · 0 gaps · 0\.00 h of audio in .* s, \d+\.\d× real time$/,
    );
    expect(stderr).not.toContain('\u001b');
  });

  it('typed again does nothing twice, and says so', async () => {
    const before = await chunkTimes(here.folder);
    const args = [path('calls'), '--out', path('out'), '--formats', 'txt,srt', '--json', '--at-once', '1'];
    const { status, stdout } = await transcribe(...args);
    expect(status).toBe(EXIT.input);
    const [one, broken, two, last, ...others] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(one).toMatchObject({ file: path('calls/a/talk.flac'), attached: true, error: null });
    expect(broken).toMatchObject({
      file: path('calls/b/deep/broken.mp3'),
      error: { code: 'LH_AUDIO_UNREADABLE' },
    });
    expect(two).toMatchObject({
      ...{ file: path('calls/b/talk.flac'), attached: true },
      result: { files: [path('out/b/talk.srt'), path('out/b/talk.txt')] },
    });
    expect(last).toEqual({
      summary: {
        ...{ files: 3, done: 0, already: 2, failed: 1, gaps: 0, skipped: 2, audio: 6, timesRealTime: null },
        took: expect.any(Number) as number,
      },
    });
    expect(others).toEqual([]);
    expect(await chunkTimes(here.folder)).toEqual(before);
  });

  it('without --out prints each text under its path', async () => {
    const { stdout } = await transcribe(path('calls/a'), path('calls/b/talk.flac'));
    expect(stdout.split('\n').filter((line) => line.startsWith('==>'))).toEqual([
      `==> ${path('calls/a/talk.flac')} <==`,
      `==> ${path('calls/b/talk.flac')} <==`,
    ]);
  });

  it('refuses folders without media, and names that collide', async () => {
    await mkdir(path('empty/.git'), { recursive: true });
    expectRefusal(await transcribe(path('empty')), 'LH_SOURCE_MISSING');
    await mkdir(path('same'));
    await copyFile(path('calls/a/talk.flac'), path('same/talk.flac'));
    await copyFile(path('calls/a/talk.flac'), path('same/talk.mka'));
    expectRefusal(await transcribe(path('same'), '--out', path('out')), 'LH_OUTPUT_COLLISION');
    await rm(path('same'), { recursive: true });
  });
});
