import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LonghandError } from '../../workflows/errors.ts';
import { openCt2 } from './ct2.ts';
import { openSafetensors } from './safetensors.ts';
import type { Weights } from './weights.ts';

/**
 * Opens the weights of a model folder: `model.bin` (CTranslate2) or `model.safetensors` (model hub).
 * @throws LH_MODEL_INVALID when the folder has neither, or the file is damaged.
 */
export function openWeights(folder: string): Weights {
  const ct2 = join(folder, 'model.bin');
  if (existsSync(ct2)) return openCt2(ct2);
  const safetensors = join(folder, 'model.safetensors');
  if (existsSync(safetensors)) return openSafetensors(safetensors);
  throw new LonghandError(
    'LH_MODEL_INVALID',
    `Expected model.bin or model.safetensors in ${folder}, but it has neither.`,
  );
}
