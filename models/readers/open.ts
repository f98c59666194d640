import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LonghandError } from '../../workflows/errors.ts';
import { openCt2 } from './ct2.ts';
import { openSafetensors } from './safetensors.ts';
import { shardsOf } from './shards.ts';
import type { Weights } from './weights.ts';

/**
 * Opens the weights of a model folder: `model.bin` (CTranslate2), or `model.safetensors` (model hub), whole or in the
 * parts that `model.safetensors.index.json` names.
 * @throws LH_MODEL_INVALID when the folder has none of them, or a file is damaged.
 */
export function openWeights(folder: string): Weights {
  const ct2 = join(folder, 'model.bin');
  if (existsSync(ct2)) return openCt2(ct2);
  const safetensors = join(folder, 'model.safetensors');
  if (existsSync(safetensors)) return openSafetensors(safetensors);
  const index = join(folder, 'model.safetensors.index.json');
  if (existsSync(index)) return openSafetensors(folder, shardsOf(index));
  throw new LonghandError(
    'LH_MODEL_INVALID',
    `Expected model.bin, model.safetensors or model.safetensors.index.json in ${folder}, but it has none of them.`,
  );
}
