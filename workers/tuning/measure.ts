import type { EngineModel } from '../../models/engine/protocol.ts';
import type { Device as DeviceName } from '../../models/whisper/device.ts';
import { SAMPLE_RATE } from '../../workflows/contract.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { Device, enginesOf, type Layout } from '../device.ts';
import type { Speed } from './tune.ts';

/** Windows that are timed: so many full batches of each engine, and so many at least. */
const ROUNDS = 2;
const LEAST = 24;

interface Conditions {
  readonly device: DeviceName;
  readonly model: EngineModel;
  /** Speech: 16 kHz, mono, at most 30 s each. */
  readonly windows: readonly Int16Array[];
  /** Bytes that the engines of a CPU may hold together, if there is a limit. */
  readonly memory?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Has engines of a layout, warmed up, transcribe windows as those of a busy worker would. Null where the model or a full
 * batch does not fit into memory. Rejects with the signal's reason, and as `Device.start` does.
 */
export async function measure(
  layout: Layout,
  { device, model, windows, memory, signal }: Conditions,
): Promise<Speed | null> {
  signal.throwIfAborted();
  try {
    await using engines = await Device.start(enginesOf(device, layout, memory), model);
    const { held, row, most } = engines.memory;
    if (most < layout.batch) return null;
    const count = Math.max(LEAST, ROUNDS * layout.engines * layout.batch);
    const timed = Array.from({ length: count }, (_, index) => windows[index % windows.length]!);
    const began = performance.now();
    await Promise.all(
      timed.map((pcm) => engines.transcribe({ model, pcm, decode: { language: 'auto' } }, signal)),
    );
    const seconds = (performance.now() - began) / 1000;
    const audio = timed.reduce((sum, { length }) => sum + length, 0) / SAMPLE_RATE;
    return { realTime: audio / seconds, memory: held + layout.batch * row };
  } catch (error) {
    if (error instanceof LonghandError && error.code === 'LH_OUT_OF_MEMORY') return null;
    throw error;
  }
}
