import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { wavHeader } from '../../client/cli/dataset/wav.ts';

export const RATE = 16_000;

/** An audio file's samples at 16 kHz, mono, decoded by ffmpeg. */
export async function decode(path: string): Promise<Int16Array> {
  const args = ['-v', 'error', '-i', path, '-ar', String(RATE), '-ac', '1', '-f', 's16le', '-'];
  const options = { encoding: 'buffer', maxBuffer: 1 << 28 } as const;
  const { stdout } = await promisify(execFile)(process.env.LONGHAND_FFMPEG ?? 'ffmpeg', args, options);
  return new Int16Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
}

/** Writes a WAV file of samples at 16 kHz, mono. */
export async function writeWav(path: string, samples: Int16Array): Promise<void> {
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  await writeFile(path, Buffer.concat([wavHeader(samples.length), bytes]));
}
