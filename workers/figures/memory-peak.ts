import { readFileSync } from 'node:fs';
import type { Device } from '../../models/whisper/device.ts';
import type { Reading } from '../governor/memory-use.ts';
import { count } from './runtime.ts';

/**
 * Records the most memory that a device held, of each reading that it is told: of processes the most that they ever had, of a
 * card what is in use. `pids`: those of its engines now.
 */
export function memoryPeak(
  device: Device,
  pids: () => readonly number[],
): (reading: Pick<Reading, 'total' | 'free'>) => void {
  let peak = 0;
  return ({ total, free }) => {
    const held = device === 'cpu' ? pids().reduce((sum, pid) => sum + peakOf(pid), 0) : total - free;
    if (held <= peak) return;
    peak = held;
    count('longhand_memory_peak', peak, { device });
  };
}

/** Bytes that a process has had resident at most (`VmHWM` of Linux); 0 where the system does not say. */
function peakOf(pid: number): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return 1024 * Number(kilobytes ?? 0);
  } catch {
    return 0;
  }
}
