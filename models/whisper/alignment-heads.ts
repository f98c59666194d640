import type { WhisperDims } from './dims.ts';
import { memberOf } from './family.ts';

/** Decoder layer and head of the cross-attention that follows the words' times. */
export type AlignmentHead = readonly [layer: number, head: number];

/**
 * The heads that follow the words' times, ordered by layer: those that a model's configuration names; where it names
 * none, those of the published model of its sizes; else all heads of the last half of its layers, as openai/whisper.
 * Heads that the model has not are not its own: distilled models come with those of their teacher.
 */
export function alignmentHeads(configured: readonly AlignmentHead[], dims: WhisperDims): AlignmentHead[] {
  const { decoderLayers, heads } = dims;
  const areOwn = configured.every(([layer, head]) => layer < decoderLayers && head < heads);
  const known = configured.length > 0 && areOwn ? configured : (memberOf(dims)?.alignmentHeads ?? []);
  if (known.length > 0) return known.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const first = Math.floor(decoderLayers / 2);
  return Array.from({ length: (decoderLayers - first) * heads }, (_, i): AlignmentHead => [
    first + Math.floor(i / heads),
    i % heads,
  ]);
}
