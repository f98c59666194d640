import type { TranscribeWindow } from '../../activities/transcribe.ts';
import { SAMPLE_RATE } from '../../workflows/contract.ts';
import { count } from './runtime.ts';

/**
 * The same, with its waits, its times and its audio counted as those of a device. `took` is told the seconds of each chunk,
 * its wait apart.
 */
export function measured(
  device: string,
  transcribe: TranscribeWindow,
  took: (seconds: number) => void,
): TranscribeWindow {
  return async (rung, pcm, decode, signal, onState, isAlone) => {
    const labels = { device, model: rung.model, precision: rung.precision };
    const given = performance.now();
    let begun: number | null = null;
    const result = await transcribe(
      rung,
      pcm,
      decode,
      signal,
      (state) => {
        if (state !== 'loading') begun ??= performance.now();
        onState(state);
      },
      isAlone,
    );
    const seconds = (from: number, to: number): number => (to - from) / 1000;
    const start = begun ?? given;
    count('longhand_chunk_wait', seconds(given, start), labels);
    const duration = seconds(start, performance.now());
    took(duration);
    count('longhand_chunk_duration', duration, labels);
    count('longhand_chunk_audio', pcm.length / SAMPLE_RATE, labels);
    return result;
  };
}
