import { LonghandError } from '../../workflows/errors.ts';
import { bytesOf } from './weights.ts';
import type { StoredTensor } from './weights.ts';

/**
 * Whisper's output projection is its token embeddings (Radford et al. 2022, section 2.2), and only these are used.
 * @throws LH_MODEL_INVALID when a file holds a projection of its own with other numbers.
 */
export function demandTiedHead(tensors: ReadonlyMap<string, StoredTensor>, place: string): void {
  const head = tensors.get('decoder/projection/weight');
  const embeddings = tensors.get('decoder/embeddings/weight');
  if (!head || !embeddings || head === embeddings || haveSameBytes(head, embeddings)) return;
  throw new LonghandError(
    'LH_MODEL_INVALID',
    `Expected the output projection of ${place} to be its token embeddings, but it has other numbers.`,
  );
}

function haveSameBytes(one: StoredTensor, other: StoredTensor): boolean {
  return (
    one.parts.length === other.parts.length &&
    one.parts.every((part, i) => {
      const twin = other.parts[i]!;
      if (part.type === 'zeros' || twin.type === 'zeros') return false;
      return (
        part.type === twin.type &&
        part.count === twin.count &&
        Buffer.from(bytesOf(part).buffer).equals(bytesOf(twin))
      );
    })
  );
}
