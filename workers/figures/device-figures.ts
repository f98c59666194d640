import type { Device as DeviceName } from '../../models/whisper/device.ts';
import type { EngineWatch } from '../kept-engine.ts';
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
