import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const CLIPS = [
  'en/jfk.flac',
  'en/librivox_austen.flac',
  'en/asterisk_demo-echotest.opus',
  'en/asterisk_demo-congrats.opus',
  'en/dialogue_two_speakers.opus',
];
const RATE = 16_000;
const PAUSE = 0.6;

/**
 * A WAV file of real speech, `minutes` long: the English clips over and over, each time a little quieter, so that
 * no chunk has the samples of another. Returns its path.
 */
export async function longAudio(minutes: number): Promise<string> {
  const clips = await Promise.all(CLIPS.map(decode));
  const samples = new Int16Array(minutes * 60 * RATE);
  for (let at = 0, round = 0; at < samples.length; round++) {
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
  }
  const path = join(await mkdtemp(join(tmpdir(), 'longhand-audio-')), `long${minutes}.wav`);
  await writeFile(path, Buffer.concat([wavHeader(samples.length), Buffer.from(samples.buffer)]));
  return path;
}

async function decode(clip: string): Promise<Int16Array> {
  const path = fileURLToPath(new URL(`../audio/${clip}`, import.meta.url));
  const args = ['-v', 'error', '-i', path, '-ar', String(RATE), '-ac', '1', '-f', 's16le', '-'];
  const options = { encoding: 'buffer', maxBuffer: 1 << 28 } as const;
  const { stdout } = await promisify(execFile)(process.env.LONGHAND_FFMPEG ?? 'ffmpeg', args, options);
  return new Int16Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
}

function wavHeader(samples: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + samples * 2, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(samples * 2, 40);
  return header;
}
