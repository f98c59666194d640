import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** How a version of Linux's control groups says what a group may hold, holds, and can give back of that at once. */
const GROUPS = [
  {
    line: /^0::(\/.*)$/m,
    folder: 'sys/fs/cgroup',
    limit: 'memory.max',
    held: 'memory.current',
    cache: /^inactive_file (\d+)$/m,
  },
  {
    line: /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(\/.*)$/m,
    folder: 'sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    held: 'memory.usage_in_bytes',
    cache: /^total_inactive_file (\d+)$/m,
  },
] as const;

/** Bytes that may be held, and that are left of them. */
export interface Room {
  readonly total: number;
  readonly free: number;
}

/**
 * Bytes that this process may still take before the machine, or one of the control groups (versions 1 and 2) that it is
 * in, has none left. Files in the page cache count as free. `root` is where `/proc` and `/sys` are.
 */
export const freeMemory = (root = '/'): number => memoryRoom(root).free;

/** The memory of the machine, or of the control group that leaves this process least. */
export function memoryRoom(root = '/'): Room {
  const info = read(join(root, 'proc/meminfo'));
  const bytes = (name: string) => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(info)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  };
  const machine = { total: bytes('MemTotal') ?? totalmem(), free: bytes('MemAvailable') ?? freemem() };
  const membership = read(join(root, 'proc/self/cgroup'));
  const rooms = GROUPS.flatMap((version) => {
    const group = version.line.exec(membership)?.[1];
    return group === undefined
      ? []
      : ancestors(group).map((path) => roomIn(join(root, version.folder, path), version));
  });
  const least = rooms.reduce((least, room) => (room.free < least.free ? room : least), machine);
  return { ...least, free: Math.max(0, least.free) };
}

/** `/a/b`, `/a`, `/`: each may have a limit, and in a container the first ones need not be seen. */
function ancestors(path: string): string[] {
  return path === '/' ? ['/'] : [path, ...ancestors(dirname(path))];
}

function roomIn(folder: string, { limit, held, cache }: (typeof GROUPS)[number]): Room {
  const most = Number.parseInt(read(join(folder, limit)), 10);
  const used = Number.parseInt(read(join(folder, held)), 10);
  // No such files, or `max`: no limit.
  if (Number.isNaN(most) || Number.isNaN(used)) return { total: Infinity, free: Infinity };
  const cached = Number(cache.exec(read(join(folder, 'memory.stat')))?.[1] ?? 0);
  return { total: most, free: most - used + cached };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
