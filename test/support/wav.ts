import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export const RATE = 16_000;

/** An audio file's samples at 16 kHz, mono, decoded by ffmpeg. */
export async function decode(path: string): Promise<Int16Array> {
  const args = ['-v', 'error', '-i', path, '-ar', String(RATE), '-ac', '1', '-f', 's16le', '-'];
  const options = { encoding: 'buffer', maxBuffer: 1 << 28 } as const;
  const { stdout } = await promisify(execFile)(process.env.LONGHAND_FFMPEG ?? 'ffmpeg', args, options);
  return new Int16Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
}

/** The beginning of a WAV file of so many samples, 16 kHz, mono, 16 bits; their bytes follow it. */
export function wavHeader(samples: number): Buffer {
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
