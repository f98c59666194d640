import { LonghandError } from '../../workflows/errors.ts';
import type { WhisperDims } from './dims.ts';

/** Decoder layer and head of the cross-attention that follows the words' times. */
export type AlignmentHead = readonly [layer: number, head: number];

/**
 * The heads that a model's configuration names, ordered by layer; all heads of the last half of its layers where it
 * names none, as openai/whisper.
 * @throws LH_MODEL_INVALID when the model has no such head.
 */
export function alignmentHeads(
  configured: readonly AlignmentHead[],
  { decoderLayers, heads }: WhisperDims,
): AlignmentHead[] {
  if (configured.length === 0) {
    const first = Math.floor(decoderLayers / 2);
    return Array.from({ length: (decoderLayers - first) * heads }, (_, i) => [
      first + Math.floor(i / heads),
      i % heads,
    ]);
  }
  const unknown = configured.find(([layer, head]) => layer >= decoderLayers || head >= heads);
  if (unknown) {
    throw new LonghandError(
      'LH_MODEL_INVALID',
      `Expected alignment heads of ${decoderLayers} layers with ${heads} heads, but got [${unknown.join(', ')}].`,
    );
  }
  return configured.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
}
