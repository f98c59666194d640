import { createHash, randomBytes } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/**
 * Names of temporary files that say which process made them, so that another one can tell whether it still lives:
 * `<label>~<space>~<pid>~<start>~<random>`.
 */

/** Where process ids mean the same: this host and this PID namespace. */
async function processSpace(): Promise<string> {
  const namespace = await readlink('/proc/self/ns/pid').catch(() => process.platform);
  return createHash('sha256').update(`${hostname()}\n${namespace}`).digest('hex').slice(0, 8);
}

/**
 * When process `pid` started, as text that no later process of the same id shares, or null where it is dead.
 * Linux: field 22 of `/proc/<pid>/stat`, clock ticks since boot (proc(5)); elsewhere only life and death.
 */
async function startOf(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    const [state, ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
    return state === undefined || 'ZX'.includes(state) ? null : (fields[18] ?? null);
  }
  try {
    process.kill(pid, 0);
    return '0';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? '0' : null;
  }
}

/** A new name owned by this process. `label`: for people; letters, digits and dashes of it are kept. */
export async function ownedName(label: string): Promise<string> {
  const shown = label
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, 40);
  const start = (await startOf(process.pid)) ?? '0';
  return [shown, await processSpace(), process.pid, start, randomBytes(6).toString('hex')].join('~');
}

/** Whether the owner of `name` is `alive`, `dead`, or `unknown`: another machine's, or not a name of ours. */
export async function ownerState(name: string): Promise<'alive' | 'dead' | 'unknown'> {
  const [, space, pid, start] = name.split('~');
  if (start === undefined || space !== (await processSpace())) return 'unknown';
  return (await startOf(Number(pid))) === start ? 'alive' : 'dead';
}
