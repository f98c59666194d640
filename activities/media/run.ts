import { spawn } from 'node:child_process';
import { LonghandError } from '../../workflows/errors.ts';
import { confine, neverStarted } from './confine.ts';

/** What a finished program left. */
interface Finished {
  /** Exit status, or null where a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  /** The last `STDERR_TAIL` characters. */
  readonly stderr: string;
}

const STDERR_TAIL = 4096;

/**
 * Runs a program, confined, to its end and gives its output. It is killed (SIGKILL) after `deadline` milliseconds, with
 * LH_FFMPEG_HUNG; past `maximum` bytes of output, with LH_AUDIO_UNREADABLE; and when `signal` aborts, with the
 * signal's reason. LH_FFMPEG_MISSING where it cannot be started.
 */
export function run(
  program: string,
  args: readonly string[],
  { deadline, maximum, signal }: { deadline: number; maximum: number; signal?: AbortSignal | undefined },
): Promise<Finished> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const [command, ...prefix] = confine(program);
    const child = spawn(command, [...prefix, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let failure: Error | null = null;
    const stop = (reason: Error): void => {
      failure ??= reason;
      child.kill('SIGKILL');
    };

    const timer = setTimeout(() => {
      const message = `Expected ${program} to end within ${deadline / 1000} s, but it was still at work.`;
      stop(new LonghandError('LH_FFMPEG_HUNG', message));
    }, deadline);
    const onAbort = (): void => stop(signal?.reason as Error);
    signal?.addEventListener('abort', onAbort, { once: true });

    const pieces: Buffer[] = [];
    let bytes = 0;
    child.stdout.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= maximum) pieces.push(piece);
      else
        stop(new LonghandError('LH_AUDIO_UNREADABLE', `Expected at most ${maximum} bytes from ${program}.`));
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_TAIL);
    });

    child.on('error', (cause) => {
      failure ??= new LonghandError(
        'LH_FFMPEG_MISSING',
        `Expected to start ${program}, got: ${cause.message}`,
        {
          cause,
        },
      );
    });
    child.on('close', (status, ended) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      if (neverStarted(status)) {
        failure ??= new LonghandError(
          'LH_FFMPEG_MISSING',
          `Expected to start ${program}, got: ${stderr.trim()}`,
        );
      }
      if (failure) reject(failure);
      else resolve({ status, signal: ended, stdout: Buffer.concat(pieces).toString('utf8'), stderr });
    });
  });
}
