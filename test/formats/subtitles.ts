import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A packet of subtitles as ffmpeg reads it from a file. Milliseconds. */
export interface Packet {
  readonly start: number;
  readonly end: number;
  /** As it stands in the file, escapes and all. */
  readonly text: string;
}

interface Probed {
  readonly packets?: readonly {
    readonly pts_time: string;
    readonly duration_time?: string;
    readonly data: string;
  }[];
}

/** What ffmpeg itself, told nothing of the format, reads from a subtitle file. Rejects where it refuses the file. */
export async function readSubtitles(path: string): Promise<Packet[]> {
  const ffmpeg = process.env.LONGHAND_FFMPEG ?? 'ffmpeg';
  // Unlike ffprobe, ffmpeg ends with an error where it does not know a file's format.
  await promisify(execFile)(ffmpeg, ['-v', 'error', '-nostdin', '-i', path, '-f', 'webvtt', '-']);
  const args = ['-v', 'error', '-show_packets', '-show_data', '-of', 'json', path];
  const { stdout } = await promisify(execFile)(process.env.LONGHAND_FFPROBE ?? 'ffprobe', args);
  const { packets = [] } = JSON.parse(stdout) as Probed;
  return packets.map(({ pts_time, duration_time = '0', data }) => {
    const start = Math.round(Number(pts_time) * 1000);
    return { start, end: start + Math.round(Number(duration_time) * 1000), text: textOf(data) };
  });
}

/** The bytes of ffprobe's dump, whose lines are an address of eight digits, up to 16 bytes in hex, and the characters. */
function textOf(dump: string): string {
  const hex = dump.split('\n').map((line) => line.slice('00000000: '.length, 50).replaceAll(' ', ''));
  return Buffer.from(hex.join(''), 'hex').toString('utf8');
}
