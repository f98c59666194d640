import type { Device as DeviceName } from '../../models/whisper/device.ts';
import { SAMPLE_RATE } from '../../workflows/contract.ts';
import type { EngineWatch } from '../kept-engine.ts';
import { count } from './runtime.ts';

/** Counts what the engines of a device tell. `engines`: how many it has. */
export const engineFigures = (device: DeviceName, engines: number): EngineWatch => ({
  onBatch: ({ precision, rows, room, took }) => {
    const labels = { device, precision };
    count('longhand_batch_duration', took / 1000, labels);
    count('longhand_batch_size', rows, labels);
    count('longhand_batch_room', room, labels);
  },
  onWindow: ({ precision, samples, took }) => {
    // An engine's second is a part of the device's.
    const factor = took / 1000 / engines / (samples / SAMPLE_RATE);
    count('longhand_chunk_real_time_factor', factor, { device, precision });
  },
  onEnd: (code) => count('longhand_engine_ends', 1, { device, code }),
});
