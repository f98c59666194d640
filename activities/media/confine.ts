/** The most memory an ffmpeg may ask for, in KiB of address space: a recording of 100 hours needs a quarter of it. */
const MEMORY = 2 * 1024 * 1024;

/** Exit statuses of the shell where the program is not there, or may not be run. */
const NOT_STARTED: readonly unknown[] = [126, 127];

/** What a program needs of the environment to be found and to load its libraries. */
const NEEDED = ['PATH', 'LD_LIBRARY_PATH'];

/**
 * A command that runs `program` within a bound of memory, and without the worker's environment, which may hold keys.
 * macOS knows no such bound; there `-max_alloc` alone holds. The process is the program's own once it has started.
 */
export function confine(
  program: string,
  env: NodeJS.ProcessEnv = process.env,
): readonly [string, ...string[]] {
  const kept = NEEDED.flatMap((name) => (env[name] === undefined ? [] : [`${name}=${env[name]}`]));
  const script = `ulimit -v ${MEMORY} 2>/dev/null; exec "$0" "$@"`;
  return ['/usr/bin/env', '-i', ...kept, '/bin/sh', '-c', script, program];
}

/** Whether an exit status says that a confined program was never started. */
export const neverStarted = (status: number | null): boolean => NOT_STARTED.includes(status);
