import { MAX_RECORDING_SAMPLES, SAMPLE_RATE } from '../../workflows/contract.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { INPUT_GUARDS, inputName, isCrash, lastLine } from './guards.ts';
import type { FfmpegPaths } from './locate.ts';
import { run } from './run.ts';
import { checkSourceFile } from './source-file.ts';

/** What a container says of itself. Only decoding shows whether it is true. */
interface Probe {
  /** Seconds, or null where the container does not say. */
  readonly durationSeconds: number | null;
  /** Whether it has moving pictures; a cover image is none. */
  readonly hasVideo: boolean;
  /** Of the first audio stream, the one that is decoded; ffmpeg's names. */
  readonly codec: string;
  /** Hertz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** ffmpeg's name of the container. */
  readonly format: string;
}

/** Output of ffprobe with the entries asked for below. */
interface FfprobeOutput {
  readonly streams?: readonly {
    readonly codec_type?: string;
    readonly codec_name?: string;
    readonly sample_rate?: string;
    readonly channels?: number;
    readonly disposition?: { readonly attached_pic?: number };
  }[];
  readonly format?: { readonly format_name?: string; readonly duration?: string };
}

const ENTRIES =
  'stream=codec_type,codec_name,sample_rate,channels:stream_disposition=attached_pic:format=format_name,duration';

/** The most channels: as many as ffmpeg mixes. */
const MAX_CHANNELS = 64;

/** Milliseconds after which ffprobe is killed. */
const DEADLINE = 60_000;
/** The most bytes of JSON taken from ffprobe. */
const MAX_OUTPUT = 1024 * 1024;

/**
 * Reads what the file at `path` holds. Throws what `checkSourceFile` throws, LH_AUDIO_UNREADABLE where it is
 * nothing ffmpeg knows, has no sound that it can decode, or more than 64 channels, LH_AUDIO_NO_SOUND where it has no
 * audio stream, LH_AUDIO_TOO_LONG past 100 hours, and LH_FFMPEG_MISSING, LH_FFMPEG_DIED or LH_FFMPEG_HUNG where ffprobe
 * failed us; the reason of `signal` when it aborts.
 */
export async function probe(
  paths: FfmpegPaths,
  path: string,
  { signal, deadline = DEADLINE }: { signal?: AbortSignal | undefined; deadline?: number } = {},
): Promise<Probe> {
  await checkSourceFile(path);
  const shown = JSON.stringify(path);
  const args = [
    '-v',
    'error',
    ...INPUT_GUARDS,
    '-of',
    'json',
    '-show_entries',
    ENTRIES,
    '-i',
    inputName(path),
  ];
  const finished = await run(paths.ffprobe, args, { deadline, maximum: MAX_OUTPUT, signal });
  if (finished.signal !== null && !isCrash(finished.signal)) {
    throw new LonghandError(
      'LH_FFMPEG_DIED',
      `Expected ffprobe to read ${shown}, but ${finished.signal} ended it.`,
    );
  }
  if (finished.status !== 0) {
    const came = finished.signal ? `crashed (${finished.signal})` : `says: ${lastLine(finished.stderr)}`;
    const message = `Expected audio or video in ${shown}, but ffprobe ${came}`;
    throw new LonghandError('LH_AUDIO_UNREADABLE', message, { details: { path } });
  }
  return summarize(JSON.parse(finished.stdout) as FfprobeOutput, path);
}

function summarize({ streams = [], format = {} }: FfprobeOutput, path: string): Probe {
  const shown = JSON.stringify(path);
  const container = format.format_name ?? 'unknown';
  const audio = streams.find((stream) => stream.codec_type === 'audio');
  if (audio === undefined) {
    const message = `Expected sound in ${shown}, got a ${container} file without an audio stream.`;
    throw new LonghandError('LH_AUDIO_NO_SOUND', message, { details: { path } });
  }
  const duration = Number(format.duration);
  const durationSeconds = Number.isFinite(duration) && duration >= 0 ? duration : null;
  if (durationSeconds !== null && durationSeconds * SAMPLE_RATE > MAX_RECORDING_SAMPLES) {
    const hours = (durationSeconds / 3600).toFixed(1);
    const message = `Expected at most 100 hours of audio, got ${hours} hours in ${shown}.`;
    throw new LonghandError('LH_AUDIO_TOO_LONG', message, { details: { path, durationSeconds } });
  }
  const channels = audio.channels ?? 0;
  const sampleRate = Number(audio.sample_rate ?? 0);
  if (channels === 0 && sampleRate === 0) {
    // Taken by its extension for a format that its bytes are not.
    const message = `Expected audio or video in ${shown}, got a ${container} file in which ffprobe finds no sound to decode.`;
    throw new LonghandError('LH_AUDIO_UNREADABLE', message, { details: { path } });
  }
  if (channels > MAX_CHANNELS) {
    const message = `Expected at most ${MAX_CHANNELS} channels, got ${channels} in ${shown}.`;
    throw new LonghandError('LH_AUDIO_UNREADABLE', message, { details: { path, channels } });
  }
  return {
    durationSeconds,
    hasVideo: streams.some(
      ({ codec_type, disposition }) => codec_type === 'video' && !disposition?.attached_pic,
    ),
    codec: audio.codec_name ?? 'unknown',
    sampleRate,
    channels,
    format: container,
  };
}
