import { createHash, randomBytes } from 'node:crypto';
import { readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { processStart } from '../../models/cache/process-identity.ts';

/**
 * Names of temporary files that say which process made them, so that another one can tell whether it still lives:
 * `<label>~<space>~<pid>~<start>~<random>`.
 */

/** Where process ids mean the same: this host and this PID namespace. */
export async function processSpace(): Promise<string> {
  const namespace = await readlink('/proc/self/ns/pid').catch(() => process.platform);
  return shortHash(`${hostname()}\n${namespace}`);
}

/** When process `pid` started, as text that no later process of the same id shares, fit for a name; null where it is dead. */
async function startOf(pid: number): Promise<string | null> {
  const start = await processStart(pid);
  return start === null ? null : shortHash(start);
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

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
