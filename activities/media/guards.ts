/**
 * Demuxers that read sound out of the one file they are given, by ffmpeg's names; all of them are in 5.1 and in
 * 7.0. Playlists and scripts (hls, concat, dash, imf, sdp, …) open other files and are left out on purpose.
 */
const CONTAINERS = [
  ...['aac', 'ac3', 'aea', 'aiff', 'alaw', 'amr', 'amrnb', 'amrwb', 'ape', 'asf', 'au', 'avi', 'caf', 'dsf'],
  ...['dts', 'dtshd', 'dv', 'eac3', 'flac', 'flv', 'g722', 'g723_1', 'g726', 'g726le', 'g729', 'gsm', 'gxf'],
  ...[
    'iff',
    'ircam',
    'ivr',
    'loas',
    'matroska',
    'mlp',
    'mov',
    'mp3',
    'mpc',
    'mpc8',
    'mpeg',
    'mpegts',
    'mulaw',
  ],
  ...[
    'mxf',
    'nistsphere',
    'nut',
    'ogg',
    'oma',
    'qcp',
    'rm',
    'shn',
    'sln',
    'sox',
    'tak',
    'truehd',
    'tta',
    'voc',
  ],
  ...['w64', 'wav', 'wtv', 'wv', 'xwma'],
];

/** Options before `-i` that keep ffmpeg and ffprobe to the named local file, whatever its bytes say. */
export const INPUT_GUARDS: readonly string[] = [
  // One piece of memory, in bytes: what a header claims is asked for at once.
  ...['-max_alloc', String(2 ** 30)],
  ...['-protocol_whitelist', 'file'],
  ...['-format_whitelist', CONTAINERS.join(',')],
];

/** A path as ffmpeg must be told it: never an option, never a URL. */
export const inputName = (path: string): string => `file:${path}`;

/**
 * The last line of a program's complaints, without the memory addresses that differ in each run
 * (`[mp3 @ 0x55…] `).
 */
export function lastLine(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return (lines.at(-1) ?? 'no message').replace(/^(\[[^\]]* @ 0x[0-9a-f]+\] )+/, '').trim();
}

/** Whether a program that `signal` ended failed by itself, on its input, and would again; else something ended it. */
export const isCrash = (signal: string): boolean =>
  ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS'].includes(signal);
