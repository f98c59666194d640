import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LonghandError } from '../../workflows/errors.ts';

/**
 * The files of a model that is stored in parts, from its `model.safetensors.index.json` (`weight_map`: tensor → file).
 * @throws LH_MODEL_INVALID when it is no such index, or names a file outside of its folder.
 */
export function shardsOf(index: string): string[] {
  const names = new Set(Object.values(readWeightMap(index)));
  for (const name of names) {
    if (typeof name === 'string' && name === basename(name) && name.endsWith('.safetensors')) continue;
    throw new LonghandError(
      'LH_MODEL_INVALID',
      `Expected ${index} to name safetensors files beside it, but it names ${JSON.stringify(name)}.`,
    );
  }
  return [...names].sort().map((name) => join(dirname(index), name as string));
}

function readWeightMap(index: string): Record<string, unknown> {
  let cause: unknown;
  try {
    const { weight_map: map } = JSON.parse(readFileSync(index, 'utf8')) as { weight_map?: unknown };
    if (typeof map === 'object' && map !== null) return map as Record<string, unknown>;
  } catch (error) {
    cause = error;
  }
  throw new LonghandError('LH_MODEL_INVALID', `Expected a weight_map in ${index}, but there is none.`, {
    cause,
  });
}
