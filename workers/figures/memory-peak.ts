import { readFileSync } from 'node:fs';
import { cardNumber, usedMemoryOf, type Device } from '../../models/whisper/device.ts';
import { count } from './runtime.ts';

/** Milliseconds between two looks. */
const LOOK = 5000;

/** Records the most memory that a device held, as long as the process runs. `pids`: those of its engines now. */
export function watchMemory(device: Device, pids: () => readonly number[]): void {
  let peak = 0;
  const look = async (): Promise<void> => {
    const held = await heldBy(device, pids());
    if (held <= peak) return;
    peak = held;
    count('longhand_memory_peak', Math.round(peak), { device });
  };
  void look();
  setInterval(() => void look(), LOOK).unref();
}

/** Bytes: of processes the most that they ever had, of a card what is in use. */
async function heldBy(device: Device, pids: readonly number[]): Promise<number> {
  const number = cardNumber(device);
  return number === null ? pids.reduce((sum, pid) => sum + peakOf(pid), 0) : usedMemoryOf(number);
}

/** Bytes that a process has had resident at most (`VmHWM` of Linux); 0 where the system does not say. */
export function peakOf(pid: number): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return 1024 * Number(kilobytes ?? 0);
  } catch {
    return 0;
  }
}
