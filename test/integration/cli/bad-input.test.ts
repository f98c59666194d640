import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from '../../../workflows/errors.ts';
import { longhand } from '../../support/longhand.ts';
import { audio, expectRefusal, make } from './command.ts';
import { StandingHome } from './standing-home.ts';

const here: StandingHome = new StandingHome(async () => {
  await mkdir(path('a'));
  await copyFile(audio('en/jfk.flac'), path('jfk.flac'));
  await copyFile(audio('en/jfk.flac'), path('a/jfk.flac'));
  await make('-f', 'lavfi', '-i', 'testsrc=duration=1:size=64x64:rate=5', path('mute.mp4'));
  await writeFile(path('a-file'), '');
});
const { path } = here;

describe('a file that is no audio', () => {
  it.each<[string, () => string, ErrorCode]>([
    ['that is missing', () => path('none.wav'), 'LH_SOURCE_MISSING'],
    ['that is a folder', () => path('a'), 'LH_SOURCE_NOT_FILE'],
    ['of zero bytes', () => audio('broken/zero_bytes.wav'), 'LH_SOURCE_EMPTY'],
    ['of text named .mp3', () => audio('broken/text.mp3'), 'LH_AUDIO_UNREADABLE'],
    ['cut in two', () => audio('broken/truncated.m4a'), 'LH_AUDIO_UNREADABLE'],
    ['of a video without sound', () => path('mute.mp4'), 'LH_AUDIO_NO_SOUND'],
  ])('%s is refused in one line', async (_, file, code) => {
    expectRefusal(await longhand(here.folder, ['transcribe', file()]).outcome, code);
  });

  it('that is a folder, says how to transcribe what is in it', async () => {
    const { stderr } = await longhand(here.folder, ['transcribe', path('a')]).outcome;
    expect(stderr).toContain('--recursive');
  });

  it('stops no other file', async () => {
    const files = [path('none.wav'), audio('broken/text.mp3'), path('jfk.flac')];
    const { status, stdout, stderr } = await longhand(here.folder, ['transcribe', ...files]).outcome;
    expect(status).toBe(ERRORS.LH_SOURCE_MISSING.exit);
    expect(stdout).toMatch(/^==> jfk\.flac <==\n/);
    expect(stdout).toContain('ask not what your country can do for you');
    expect(stderr).toContain(`${path('none.wav')}: LH_SOURCE_MISSING: `);
    expect(stderr).toContain(`${audio('broken/text.mp3')}: LH_AUDIO_UNREADABLE: `);
  });
});

describe('an option that is none', () => {
  it.each<[string[], ErrorCode]>([
    [['--language', 'klingon'], 'LH_LANGUAGE_UNKNOWN'],
    [['--formats', 'txt,pdf'], 'LH_FORMAT_UNKNOWN'],
    [['--formats', ''], 'LH_FORMAT_UNKNOWN'],
    [['--volume', '11'], 'LH_OPTION_INVALID'],
    [['--address', 'here'], 'LH_OPTION_INVALID'],
    [['--address', '127.0.0.1:1'], 'LH_SERVER_UNREACHABLE'],
    [['--namespace', 'another'], 'LH_OPTION_INVALID'],
    [['--store', '/another'], 'LH_OPTION_INVALID'],
    [['--model', 'huge'], 'LH_MODEL_UNKNOWN'],
    [['--ladder', 'int4'], 'LH_OPTION_INVALID'],
    [['--gaps', 'skip'], 'LH_OPTION_INVALID'],
    [['--priority', 'urgent'], 'LH_OPTION_INVALID'],
    [['--key', 'Not A Key'], 'LH_OPTION_INVALID'],
    [['--at-once', '0'], 'LH_OPTION_INVALID'],
    [['--language'], 'LH_OPTION_INVALID'],
  ])('%j is refused', async (options, code) => {
    expectRefusal(await longhand(here.folder, ['transcribe', path('jfk.flac'), ...options]).outcome, code);
  });

  it.each([['0'], ['65536'], ['http'], ['1']])('up --port %s is refused', async (port) => {
    expectRefusal(await longhand(here.folder, ['up', '--port', port]).outcome, 'LH_OPTION_INVALID');
  });

  it.each([
    ['media', 'not an ID'],
    ['gpu', '1.0.0'],
  ])('worker %s --build-id %s is refused', async (kind, id) => {
    expectRefusal(
      await longhand(here.folder, ['worker', kind, '--build-id', id]).outcome,
      'LH_OPTION_INVALID',
    );
  });

  it('transcribe without a file, and a command that is none, are refused', async () => {
    expectRefusal(await longhand(here.folder, ['transcribe']).outcome, 'LH_OPTION_INVALID');
    expectRefusal(await longhand(here.folder, ['translate']).outcome, 'LH_OPTION_INVALID');
    expectRefusal(await longhand(here.folder, ['models', 'paint']).outcome, 'LH_OPTION_INVALID');
  });
});

describe('an output', () => {
  it('of two sources under one name is refused before any work', async () => {
    const args = ['transcribe', path('jfk.flac'), path('a/jfk.flac'), '--out', path('out')];
    expectRefusal(await longhand(here.folder, args).outcome, 'LH_OUTPUT_COLLISION');
  });

  it('into what is no folder is refused', async () => {
    const args = ['transcribe', path('jfk.flac'), '--out', path('a-file')];
    expectRefusal(await longhand(here.folder, args).outcome, 'LH_NOT_WRITABLE');
  });

  it.skipIf(process.platform !== 'linux')('into a folder that may not be written is refused', async () => {
    // Not even root may make a folder there.
    const args = ['transcribe', path('jfk.flac'), '--out', '/sys/longhand'];
    expectRefusal(await longhand(here.folder, args).outcome, 'LH_NOT_WRITABLE');
  });
});
