import { execFileSync } from 'node:child_process';

/** An audio file's samples at 16 kHz, mono, in [−1, 1], decoded by ffmpeg. */
export function pcmOf(path: string): Float32Array {
  const options = [
    '-v',
    'error',
    '-nostdin',
    '-i',
    `file:${path}`,
    '-ar',
    '16000',
    '-ac',
    '1',
    '-f',
    'f32le',
    '-',
  ];
  const bytes = execFileSync(process.env.LONGHAND_FFMPEG ?? 'ffmpeg', options, { maxBuffer: 2 ** 30 });
  const samples = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return samples.map((sample) => Math.max(-1, Math.min(1, sample)));
}
