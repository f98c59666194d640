import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, RATE, writeWav } from './wav.ts';

const CLIPS = [
  'en/jfk.flac',
  'en/librivox_austen.flac',
  'en/asterisk_demo-echotest.opus',
  'en/asterisk_demo-congrats.opus',
  'en/dialogue_two_speakers.opus',
];
const PAUSE = 0.6;

/**
 * A WAV file of real speech, `minutes` long: the English clips over and over, each time a little quieter, so that
 * no chunk has the samples of another, nor of a file whose `first` round has another fraction. Returns its path.
 */
export async function longAudio(minutes: number, first = 0): Promise<string> {
  const clips = await decodeClips();
  const samples = new Int16Array(minutes * 60 * RATE);
  for (let at = 0, round = first; at < samples.length; round++) at = lay(clips, samples, at, round);
  return write(`long${minutes}`, samples);
}

/**
 * A WAV file that becomes two sections of a few chunks each: the English clips at its beginning and, a little quieter,
 * around its tenth minute, with silence between them. Returns its path.
 */
export async function twoSections(): Promise<string> {
  const clips = await decodeClips();
  const samples = new Int16Array(12 * 60 * RATE);
  lay(clips, samples, 0, 0);
  lay(clips, samples, 9 * 60 * RATE, 1);
  return write('two-sections', samples);
}

const decodeClips = (): Promise<Int16Array[]> =>
  Promise.all(CLIPS.map((clip) => decode(fileURLToPath(new URL(`../audio/${clip}`, import.meta.url)))));

/** Lays the clips one after the other into `samples` from `at` on, as far as there is room; gives where they end. */
function lay(clips: readonly Int16Array[], samples: Int16Array, at: number, round: number): number {
  const volume = 1 / (1 + round / 20);
  for (const clip of clips) {
    const room = samples.length - at;
    if (room <= 0) break;
    samples.set(
      clip.subarray(0, room).map((sample) => Math.round(sample * volume)),
      at,
    );
    at += clip.length + PAUSE * RATE;
  }
  return at;
}

async function write(name: string, samples: Int16Array): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'longhand-audio-')), `${name}.wav`);
  await writeWav(path, samples);
  return path;
}
