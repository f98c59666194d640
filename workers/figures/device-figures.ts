import type { Device as DeviceName } from '../../models/whisper/device.ts';
import type { Device } from '../device.ts';
import type { EngineWatch } from '../kept-engine.ts';
import { watchMemory } from './memory-peak.ts';
import { count } from './runtime.ts';

/** Counts what the engines of a device tell. */
export const engineFigures = (device: DeviceName): EngineWatch => ({
  onBatch: ({ precision, rows, room, took }) => {
    const labels = { device, precision };
    count('longhand_batch_duration', took / 1000, labels);
    count('longhand_batch_size', rows, labels);
    count('longhand_batch_room', room, labels);
  },
  onEnd: (code) => count('longhand_engine_ends', 1, { device, code }),
});

/** Records what is to be seen of a device from without, as long as the process runs. */
export function watchDevice(name: DeviceName, device: Pick<Device, 'states' | 'pids'>): void {
  count('longhand_engines', device.states.length, { device: name });
  watchMemory(name, () => device.pids);
}
