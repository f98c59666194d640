import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { freemem, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freeMemory, memoryRoom } from '../../../models/engine/free-memory.ts';

const MEMINFO = 'MemTotal:       24684564 kB\nMemFree:         1000000 kB\nMemAvailable:    2000000 kB\n';
const AVAILABLE = 2_000_000 * 1024;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'longhand-root-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A machine whose `/proc` and `/sys` have these files. */
function machine(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries({ 'proc/meminfo': MEMINFO, ...files })) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

it('is what the machine has available where nothing else limits it', () => {
  machine({ 'proc/self/cgroup': '0::/\n' });
  expect(freeMemory(root)).toBe(AVAILABLE);
});

it('is what a control group of version 2 leaves, the least of those above it, files in the cache being free', () => {
  machine({
    'proc/self/cgroup': '0::/pod/worker\n',
    'sys/fs/cgroup/pod/worker/memory.max': 'max\n',
    'sys/fs/cgroup/pod/worker/memory.current': '700\n',
    'sys/fs/cgroup/pod/memory.max': '1000\n',
    'sys/fs/cgroup/pod/memory.current': '900\n',
    'sys/fs/cgroup/pod/memory.stat': 'anon 600\ninactive_file 250\nactive_file 50\n',
  });
  expect(freeMemory(root)).toBe(350);
});

it('is what a control group of version 1 leaves, in a container that sees it as the root', () => {
  machine({
    'proc/self/cgroup': '5:cpu,cpuacct:/docker/1f\n4:memory:/docker/1f\n0::/docker/1f\n',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '5000\n',
    'sys/fs/cgroup/memory/memory.usage_in_bytes': '4000\n',
    'sys/fs/cgroup/memory/memory.stat': 'inactive_file 1\ntotal_inactive_file 500\n',
  });
  expect(freeMemory(root)).toBe(1500);
});

it('is of the memory of whatever leaves least of it', () => {
  machine({
    'proc/self/cgroup': '0::/a\n',
    'sys/fs/cgroup/a/memory.max': '1000\n',
    'sys/fs/cgroup/a/memory.current': '400\n',
  });
  expect(memoryRoom(root)).toEqual({ total: 1000, free: 600 });
  machine({ 'proc/self/cgroup': '0::/\n' });
  expect(memoryRoom(root)).toEqual({ total: 24_684_564 * 1024, free: AVAILABLE });
});

it('is none, not less, where more is used than may be', () => {
  machine({
    'proc/self/cgroup': '0::/a\n',
    'sys/fs/cgroup/a/memory.max': '1000\n',
    'sys/fs/cgroup/a/memory.current': '1200\n',
  });
  expect(freeMemory(root)).toBe(0);
});

it('is some of this machine’s memory', () => {
  expect(freeMemory()).toBeGreaterThan(0);
  expect(freeMemory()).toBeLessThanOrEqual(totalmem());
  // Elsewhere than on Linux there are no such files.
  expect(freeMemory(join(root, 'none'))).toBeLessThanOrEqual(2 * freemem());
});
