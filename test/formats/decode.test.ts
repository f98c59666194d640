import { copyFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { probe } from '../../activities/media/probe.ts';
import { SAMPLE_RATE } from '../../workflows/contract.ts';
import { audio, clipsOf, decodeAll, FFMPEG, temporaryFolder } from './audio.ts';

/** Seconds of sound where the container only guesses: 173 frames of AAC of 64 ms each. */
const GUESSED: Readonly<Record<string, number>> = { 'formats/jfk.aac': 11.072, 'formats/jfk.ts': 11.072 };

const TIME_LIMIT = 20_000;

describe('every format of the manifest', async () => {
  it.each(await clipsOf('formats'))(
    '$file is probed and decoded to its full length',
    async ({ file, duration }) => {
      const { durationSeconds } = await probe(FFMPEG, audio(file));
      expect(Math.abs(durationSeconds! - duration!)).toBeLessThanOrEqual(0.1);
      const bytes = (await decodeAll(audio(file))).length;
      expect(bytes % 2).toBe(0);
      const seconds = bytes / 2 / SAMPLE_RATE;
      expect(Math.abs(seconds - (GUESSED[file] ?? duration!))).toBeLessThanOrEqual(0.1);
    },
    TIME_LIMIT,
  );
});

describe('what the probe says', () => {
  it('knows a film from a cover image', { timeout: TIME_LIMIT }, async () => {
    expect(await probe(FFMPEG, audio('formats/jfk_video.mp4'))).toEqual({
      durationSeconds: 11,
      hasVideo: true,
      codec: 'aac',
      sampleRate: 16_000,
      channels: 1,
      format: 'mov,mp4,m4a,3gp,3g2,mj2',
    });
    expect((await probe(FFMPEG, audio('formats/jfk_id3v2_cover.mp3'))).hasVideo).toBe(false);
    expect((await probe(FFMPEG, audio('formats/jfk_44k_stereo.wav'))).channels).toBe(2);
  });
});

describe('names', () => {
  const path = temporaryFolder();
  const names = [
    '-x.wav',
    '-i',
    'with spaces.wav',
    'слова 字 é.wav',
    'new\nline.wav',
    '%20 100%d.wav',
    'http:x.wav',
  ];

  it.each([...names, '\'quote".wav', 'concat:a|b.wav', '[0:a].wav'])(
    '%j is a file like any other',
    async (name) => {
      await copyFile(audio('formats/jfk_u8.wav'), path(name));
      expect((await probe(FFMPEG, path(name))).codec).toBe('pcm_u8');
      expect((await decodeAll(path(name))).length).toBe(11 * SAMPLE_RATE * 2);
    },
    TIME_LIMIT,
  );

  it('is no option where the path is relative', { timeout: TIME_LIMIT }, async () => {
    const home = process.cwd();
    process.chdir(path('.'));
    try {
      await copyFile(audio('formats/jfk_u8.wav'), '-y.wav');
      expect((await probe(FFMPEG, '-y.wav')).codec).toBe('pcm_u8');
      expect((await decodeAll('-y.wav')).length).toBe(11 * SAMPLE_RATE * 2);
    } finally {
      process.chdir(home);
    }
  });
});
