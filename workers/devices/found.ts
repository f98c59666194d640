import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { freeMemory } from '../../models/engine/free-memory.ts';
import { hasCudaProvider, listCards, type Device } from '../../models/whisper/device.ts';

/** A device of this machine. */
export interface FoundDevice {
  readonly device: Device;
  readonly name: string;
  /** Bytes. */
  readonly memory: { readonly free: number; readonly total: number };
  /** Share of the device that is busy, 0 to 1; null where that is not known. */
  readonly load: number | null;
  /** Degrees Celsius; null where that is not known. */
  readonly temperature: number | null;
  /** Whether `auto` takes it. */
  readonly used: boolean;
  /** Why `auto` does not take it; null where it does. */
  readonly reason: string | null;
}

export const NO_CUDA = "ONNX Runtime's CUDA libraries are not installed";

/** The devices of this machine: its cards in the order of their numbers, and the processor, which is always there. */
export async function findDevices(): Promise<FoundDevice[]> {
  const [cards, hasCuda] = await Promise.all([listCards(), hasCudaProvider()]);
  const taken = (reason: string | null) => ({ used: reason === null, reason });
  const isForCards = hasCuda && cards.length > 0;
  return [
    ...cards.map(({ index, name, memory: { total, used }, load, temperature }) => ({
      device: `cuda:${index}` as const,
      name,
      memory: { free: total - used, total },
      load,
      temperature,
      ...taken(hasCuda ? null : NO_CUDA),
    })),
    { ...processor(), ...taken(isForCards ? 'there are cards' : null) },
  ];
}

/** The last minute's load: more threads than there are to run them is all of it. */
function processor() {
  const threads = availableParallelism();
  const [minute = 0] = loadavg();
  return {
    device: 'cpu' as const,
    name: `${cpus()[0]?.model.trim() || process.arch}, ${threads} threads`,
    // A container's limit, where it has one.
    memory: { free: freeMemory(), total: Math.min(totalmem(), process.constrainedMemory() || Infinity) },
    load: Math.min(1, minute / threads),
    temperature: null,
  };
}
