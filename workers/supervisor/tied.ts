/**
 * The shell becomes the command once there is a watcher, which ends it when standard input closes. So a signal finds
 * nothing yet, the watcher alone, or the command itself, and never leaves one that nobody watches.
 */
const SCRIPT = `
exec 3<&0
(
  read -r nothing <&3
  kill -TERM $$ || exit
  for second in 1 2 3; do sleep 1; kill -0 $$ || exit; done
  kill -KILL $$
) 2>/dev/null &
exec "$@" </dev/null 3<&-
`;

/**
 * A command and its arguments, to be spawned with a pipe as standard input: as `command` itself, under the same process
 * ID, but it ends when the pipe closes, which is when its owner is gone, however that happened. SIGTERM, then SIGKILL
 * three seconds later.
 */
export function tied(command: string, args: readonly string[]): [command: string, args: string[]] {
  return ['sh', ['-c', SCRIPT, 'longhand', command, ...args]];
}
