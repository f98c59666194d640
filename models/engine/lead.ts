import type { WindowResult } from '../whisper/session.ts';
import { WINDOW_SAMPLES } from '../whisper/window.ts';

/**
 * Silence before the speech of a window, in samples: half a second, where it fits. Speech that starts on the first
 * sample is misheard more often (docs/engine.md has the figures).
 */
const LEAD = 8_000;

/** A window's samples as the model takes them, `[-1, 1]`, and how many of them are silence put before; nothing stays nothing. */
export function withLead(pcm: Int16Array): { readonly samples: Float32Array; readonly lead: number } {
  const lead = pcm.length > 0 && pcm.length + LEAD <= WINDOW_SAMPLES ? LEAD : 0;
  const samples = new Float32Array(lead + pcm.length);
  for (let index = 0; index < pcm.length; index++) samples[lead + index] = (pcm[index] ?? 0) / 32768;
  return { samples, lead };
}

/** A result whose times count from the first sample after the lead; none falls before 0. */
export function withoutLead(result: WindowResult, lead: number): WindowResult {
  const move = (time: number) => Math.max(0, time - lead);
  const moved = <T extends { readonly start: number; readonly end: number }>(timed: T): T => ({
    ...timed,
    start: move(timed.start),
    end: move(timed.end),
  });
  return {
    ...result,
    segments: result.segments.map(({ words, ...segment }) => ({
      ...moved(segment),
      ...(words && { words: words.map(moved) }),
    })),
  };
}
