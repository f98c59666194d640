import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** The parts of Longhand that run as processes, by what their command lines end in or hold. */
export const PARTS = {
  supervisor: /workers\/supervisor\/main\.js/,
  // Not its watcher, a shell that was given the same words.
  server: /^[^\0]*temporal\0server\0start-dev/,
  media: /workers\/media\.js/,
  gpu: /workers\/gpu\.js/,
  engine: /engine\/main\.js/,
} as const;

export type Part = keyof typeof PARTS;

interface Process {
  readonly pid: number;
  /** The arguments, each followed by a zero byte. */
  readonly command: string;
}

/** Every process started on a home, however it was orphaned: all inherit the variable that names it. */
export async function processesOf(home: string): Promise<Process[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(ids.map((id) => readProcess(Number(id), home).catch(() => null)));
  return found.filter((one) => one !== null);
}

/** The process of a part, waiting until there is one. */
export async function findPart(home: string, part: Part, within = 20_000): Promise<number> {
  const deadline = performance.now() + within;
  while (performance.now() < deadline) {
    const found = (await processesOf(home)).find(({ command }) => PARTS[part].test(command));
    if (found) return found.pid;
    await setTimeout(20);
  }
  throw new Error(`Expected a ${part} process on ${home}, found none`);
}

/** Kills all processes of a home at once, and waits until they are gone. */
export async function endAll(home: string): Promise<void> {
  for (let alive = await processesOf(home); alive.length > 0; alive = await processesOf(home)) {
    for (const { pid } of alive) kill(pid);
    await setTimeout(20);
  }
}

/** `kill -9`; a process that is gone already is as well. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return;
  }
}

/** Does `work` while a process stands still, as after Ctrl-Z. */
export async function whileStopped<T>(pid: number, work: () => Promise<T>): Promise<T> {
  process.kill(pid, 'SIGSTOP');
  try {
    return await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

/** Milliseconds of processor time that a process has used; the kernel counts in hundredths of a second. */
export function processorTime(pid: number): number {
  // The name in brackets may hold spaces; user and system time are the 12th and 13th field after it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function readProcess(pid: number, home: string): Promise<Process | null> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
  if (!environment.split('\0').includes(`LONGHAND_HOME=${home}`)) return null;
  return { pid, command: await readFile(`/proc/${pid}/cmdline`, 'utf8') };
}
