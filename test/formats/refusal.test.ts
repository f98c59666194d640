import { execFileSync } from 'node:child_process';
import { chmod, copyFile, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../activities/media/probe.ts';
import { asOrdinaryUser } from '../support/user.ts';
import { audio, decodeAll, FFMPEG, make, temporaryFolder } from './audio.ts';

const TIME_LIMIT = 20_000;
const path = temporaryFolder();
const refused = (code: string): unknown => expect.objectContaining({ name: 'LonghandError', code });

describe('files that are no audio', () => {
  it.each([
    ['broken/zero_bytes.wav', 'LH_SOURCE_EMPTY'],
    ['broken/text.mp3', 'LH_AUDIO_UNREADABLE'],
    ['broken/truncated.m4a', 'LH_AUDIO_UNREADABLE'],
  ])(
    '%s is refused with %s',
    async (file, code) => {
      await expect(probe(FFMPEG, audio(file))).rejects.toEqual(refused(code));
      await expect(decodeAll(audio(file))).rejects.toEqual(refused('LH_AUDIO_UNREADABLE'));
    },
    TIME_LIMIT,
  );

  it('says what ffmpeg said, without the addresses of its memory', { timeout: TIME_LIMIT }, async () => {
    const file = JSON.stringify(audio('broken/truncated.m4a'));
    const failure: unknown = await probe(FFMPEG, audio('broken/truncated.m4a')).catch(
      (error: unknown) => error,
    );
    expect((failure as Error).message).toContain(
      `Expected audio or video in ${file}, but ffprobe says: file:`,
    );
    expect((failure as Error).message).not.toContain(' @ 0x');
  });

  it('refuses a video without sound', { timeout: TIME_LIMIT }, async () => {
    await make('-f', 'lavfi', '-i', 'testsrc=duration=1:size=64x64:rate=5', path('mute.mp4'));
    await expect(probe(FFMPEG, path('mute.mp4'))).rejects.toEqual(refused('LH_AUDIO_NO_SOUND'));
  });

  it('refuses sound of no length', { timeout: TIME_LIMIT }, async () => {
    await copyFile(audio('formats/jfk_u8.wav'), path('header.wav'));
    await truncate(path('header.wav'), 78);
    await expect(decodeAll(path('header.wav'))).rejects.toEqual(refused('LH_AUDIO_UNREADABLE'));
  });

  it('refuses more than 100 hours by the header alone', { timeout: TIME_LIMIT }, async () => {
    const seconds = 101 * 3600;
    await writeFile(path('long.wav'), wavHeader(seconds * 8000));
    await truncate(path('long.wav'), 44 + seconds * 8000);
    await expect(probe(FFMPEG, path('long.wav'))).rejects.toEqual(refused('LH_AUDIO_TOO_LONG'));
  });
});

describe('files that name other files', () => {
  beforeAll(async () => {
    await copyFile(audio('formats/jfk.ts'), path('secret.ts'));
    await copyFile(audio('formats/jfk_u8.wav'), path('secret.wav'));
  });

  const hls = (uri: string): string =>
    ['#EXTM3U', '#EXT-X-TARGETDURATION:12', '#EXTINF:11,', uri, '#EXT-X-ENDLIST', ''].join('\n');
  const concat = (uri: string): string => `ffconcat version 1.0\nfile '${uri}'\n`;

  it.each([
    ['an HLS playlist named .mp3', 'list.mp3', () => hls('secret.ts')],
    ['an HLS playlist with an absolute path', 'list.m4a', () => hls(`file:${path('secret.ts')}`)],
    ['an HLS playlist of a URL', 'list.flac', () => hls('http://127.0.0.1:9/secret.ts')],
    ['an ffconcat script named .wav', 'script.wav', () => concat('secret.wav')],
    ['an ffconcat script named .ogg', 'script.ogg', () => concat(path('secret.wav'))],
  ])(
    '%s is refused unread',
    async (_, name, text) => {
      await writeFile(path(name), text());
      await expect(probe(FFMPEG, path(name))).rejects.toEqual(refused('LH_AUDIO_UNREADABLE'));
      await expect(decodeAll(path(name))).rejects.toEqual(refused('LH_AUDIO_UNREADABLE'));
    },
    TIME_LIMIT,
  );
});

describe('what is no file', () => {
  it('refuses a name that is not there', async () => {
    await expect(probe(FFMPEG, path('none.wav'))).rejects.toEqual(refused('LH_SOURCE_MISSING'));
    await expect(probe(FFMPEG, path('none/none.wav'))).rejects.toEqual(refused('LH_SOURCE_MISSING'));
    await expect(probe(FFMPEG, `${path('x')}\0.wav`)).rejects.toEqual(refused('LH_SOURCE_MISSING'));
    await expect(probe(FFMPEG, path('x'.repeat(300)))).rejects.toEqual(refused('LH_SOURCE_MISSING'));
    await symlink('loop', path('loop'));
    await expect(probe(FFMPEG, path('loop'))).rejects.toEqual(refused('LH_SOURCE_MISSING'));
  });

  it('refuses a folder', async () => {
    await mkdir(path('folder.wav'));
    await expect(probe(FFMPEG, path('folder.wav'))).rejects.toEqual(refused('LH_SOURCE_NOT_FILE'));
  });

  it.skipIf(process.platform === 'win32')('refuses a pipe and a device, without opening them', async () => {
    execFileSync('mkfifo', [path('pipe.wav')]);
    await expect(probe(FFMPEG, path('pipe.wav'))).rejects.toEqual(refused('LH_SOURCE_NOT_FILE'));
    await expect(probe(FFMPEG, '/dev/zero')).rejects.toEqual(refused('LH_SOURCE_NOT_FILE'));
  });

  it.skipIf(process.platform === 'win32')('refuses what this user may not read', async () => {
    await copyFile(audio('formats/jfk_u8.wav'), path('closed.wav'));
    await chmod(path('closed.wav'), 0);
    await chmod(path('.'), 0o755);
    await asOrdinaryUser(() =>
      expect(probe(FFMPEG, path('closed.wav'))).rejects.toEqual(refused('LH_SOURCE_FORBIDDEN')),
    );
  });
});

/** Header of a WAV file of 8-bit samples, 8 kHz, mono, with `bytes` of them. */
function wavHeader(bytes: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + bytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(8000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(bytes, 40);
  return header;
}
