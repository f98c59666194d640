import type { ChildProcess } from 'node:child_process';
import ffmpeg from 'fluent-ffmpeg';
import { PassThrough } from 'node:stream';
import { MAX_RECORDING_SAMPLES, SAMPLE_RATE } from '../../workflows/contract.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { confine, neverStarted } from './confine.ts';
import { INPUT_GUARDS, inputName, isCrash, lastLine } from './guards.ts';
import type { FfmpegPaths } from './locate.ts';

/** Bounds of one decoding. */
export interface DecodeLimits {
  /** The most samples; decoding stops a little after them, so that the caller can see that there were more. */
  readonly samples: number;
  /** Seconds for the whole. */
  readonly total: number;
  /** Seconds without a sample while the caller waits for one. */
  readonly stall: number;
}

export interface DecodeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly limits?: DecodeLimits;
  /** Of the stream, as probed. */
  readonly channels?: number;
  /** Goes on over damage, and puts silence where sound is missing, so that what follows keeps its time. */
  readonly tolerant?: boolean;
  /** Called with each line of what ffmpeg finds wrong with the file. */
  readonly onComplaint?: (line: string) => void;
}

export const LIMITS: DecodeLimits = { samples: MAX_RECORDING_SAMPLES, total: 12 * 3600, stall: 60 };

/** Bytes read ahead of the caller. */
const READ_AHEAD = 1024 * 1024;
/** Lines of ffmpeg's complaints that are kept. */
const STDERR_LINES = 20;
/** Exit status of an ffmpeg that was asked to stop by a signal and ended in good order. */
const STOPPED = 255;
/** What fluent-ffmpeg's callbacks are given where all went well; its types know only the other case. */
const NO_ERROR = null as unknown as Error;

/**
 * Decodes the first audio stream of the local file at `path` to 16-bit little-endian PCM, 16 kHz, mono, in one pass;
 * pieces may end within a sample. ffmpeg is killed when the caller stops reading.
 *
 * Throws LH_AUDIO_UNREADABLE where ffmpeg cannot decode it to its end or finds no sample, LH_FFMPEG_MISSING,
 * LH_FFMPEG_DIED or LH_FFMPEG_HUNG where ffmpeg failed us; the reason of `signal` when it aborts. Samples given
 * before an error are worth nothing.
 */
export async function* decode(
  paths: FfmpegPaths,
  path: string,
  options: DecodeOptions = {},
): AsyncGenerator<Buffer, void, void> {
  const { signal, limits = LIMITS, onComplaint } = options;
  signal?.throwIfAborted();
  // Its 'close' event would make fluent-ffmpeg call a slow exit of ffmpeg an error.
  const output = new PassThrough({ highWaterMark: READ_AHEAD, emitClose: false });
  const command = prepare(paths, path, options);
  const { promise: ended, resolve, reject } = deferred();
  // The first reason wins; what follows from it (a killed process, a closed stream) says nothing new.
  const stop = (reason: Error): void => {
    reject(reason);
    command.kill('SIGKILL');
    output.destroy(reason);
  };
  command.on('end', () => resolve());
  command.on('stderr', (line: string) => {
    if (line.trim() !== '') onComplaint?.(lastLine(line));
  });
  command.on('start', () => {
    // fluent-ffmpeg's own listener throws where the process cannot be started, and would end ours.
    const { ffmpegProc: child } = command as unknown as { ffmpegProc: ChildProcess };
    child.removeAllListeners('error').on('error', (error) => stop(describe(error, '', path)));
  });
  command.on('error', (error: Error, _stdout: unknown, stderr?: string | null) =>
    stop(describe(error, stderr ?? '', path)),
  );
  const onAbort = (): void => stop(signal?.reason as Error);
  signal?.addEventListener('abort', onAbort, { once: true });

  // Counted in ticks of this process, so that a machine that slept has not used them up.
  let waiting = true;
  let waited = 0;
  let elapsed = 0;
  const clock = setInterval(() => {
    elapsed += 1;
    waited = waiting ? waited + 1 : 0;
    if (waited > limits.stall) stop(hung(path, `no samples for ${limits.stall} s`));
    else if (elapsed > limits.total) stop(hung(path, `no end within ${limits.total} s`));
  }, 1000);

  let bytes = 0;
  try {
    command.pipe(output);
    for await (const piece of output as AsyncIterable<Buffer>) {
      waiting = false;
      waited = 0;
      bytes += piece.length;
      yield piece;
      waiting = true;
    }
    // Its output ends before its exit status is known, which may still be an error.
    await ended;
    if (bytes === 0) throw unreadable(path, 'it holds no sample.');
  } finally {
    clearInterval(clock);
    signal?.removeEventListener('abort', onAbort);
    command.kill('SIGKILL');
  }
}

/** Damage is skipped rather than decoded to noise. */
const TOLERANT = ['-err_detect', 'ignore_err', '-fflags', '+discardcorrupt'];
/** Fills what the file's own clock says is missing, and stretches nothing. */
const FILL = 'aresample=async=1';
/** From this many channels on ffmpeg knows no layout, and will not mix them by itself. */
const UNKNOWN_LAYOUT = 9;

function prepare(
  paths: FfmpegPaths,
  path: string,
  { limits = LIMITS, tolerant = false, channels = 1 }: DecodeOptions,
): ffmpeg.FfmpegCommand {
  const bound = limits.samples + SAMPLE_RATE;
  const [program, ...prefix] = confine(paths.ffmpeg);
  const filters = [...(tolerant ? [FILL] : []), ...(channels < UNKNOWN_LAYOUT ? [] : [meanOf(channels)])];
  const command = ffmpeg(inputName(path), { stdoutLines: STDERR_LINES })
    .setFfmpegPath(program)
    .inputOptions(
      ...[...prefix, '-nostdin', '-hide_banner', '-v', 'error', ...INPUT_GUARDS],
      // Threads of a decoder would complain in another order each time, and take memory by the core.
      ...['-threads', '1', ...(tolerant ? TOLERANT : [])],
    )
    .outputOptions(
      ...['-map', '0:a:0', '-vn', '-sn', '-dn', '-map_metadata', '-1'],
      ...(filters.length > 0 ? ['-af', filters.join(',')] : []),
      ...['-ac', '1', '-ar', String(SAMPLE_RATE), '-c:a', 'pcm_s16le', '-f', 's16le'],
      ...['-t', String(bound / SAMPLE_RATE), '-fs', String(bound * 2)],
    );
  // Else fluent-ffmpeg first runs ffmpeg twice to list what it can do: 0.2 s, in children nobody can kill.
  command.availableFormats = (done) =>
    done(NO_ERROR, { s16le: { description: '', canDemux: true, canMux: true } });
  command.availableEncoders = (done) => done(NO_ERROR, {});
  return command;
}

/** A filter that mixes channels to one, all with the same weight. */
const meanOf = (channels: number): string =>
  `pan=mono|c0<${Array.from({ length: channels }, (_, channel) => `c${channel}`).join('+')}`;

/** What an error of fluent-ffmpeg means: it tells how ffmpeg ended in its message alone. */
function describe(error: Error, stderr: string, path: string): LonghandError {
  const shown = JSON.stringify(path);
  const [, status] = /^ffmpeg exited with code (\d+)/.exec(error.message) ?? [];
  const [, killer] = /^ffmpeg was killed with signal (\w+)/.exec(error.message) ?? [];
  const crashed = killer !== undefined && isCrash(killer);
  if ((killer !== undefined && !crashed) || Number(status) === STOPPED) {
    const message = `Expected ffmpeg to decode ${shown}, but ${killer ?? 'a signal'} ended it.`;
    return new LonghandError('LH_FFMPEG_DIED', message, { cause: error, details: { path } });
  }
  if (crashed) return unreadable(path, `ffmpeg crashed over it (${killer}).`, error);
  const isMissing = status !== undefined && neverStarted(Number(status));
  if (status !== undefined && !isMissing) return unreadable(path, `ffmpeg says: ${lastLine(stderr)}`, error);
  const message = `Expected to start ffmpeg, got: ${isMissing ? lastLine(stderr) : error.message}`;
  return new LonghandError('LH_FFMPEG_MISSING', message, { cause: error });
}

function deferred(): { promise: Promise<void>; resolve: () => void; reject: (reason: Error) => void } {
  let resolve!: () => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

function unreadable(path: string, why: string, cause?: unknown): LonghandError {
  const message = `Expected audio that ffmpeg can decode in ${JSON.stringify(path)}, but ${why}`;
  return new LonghandError('LH_AUDIO_UNREADABLE', message, { cause, details: { path } });
}

function hung(path: string, came: string): LonghandError {
  const message = `Expected ffmpeg to decode ${JSON.stringify(path)}, got ${came}.`;
  return new LonghandError('LH_FFMPEG_HUNG', message, { details: { path } });
}
