import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LonghandError } from '../../workflows/errors.ts';

/** What a model's configuration says beside its weights. */
interface WhisperConfig {
  /** Tokens that may never be chosen: symbols, annotations such as "[", and special tokens. */
  readonly suppressedTokens: readonly number[];
  /** Decoder layer and head of the cross-attention that follows the words' times. */
  readonly alignmentHeads: readonly (readonly [layer: number, head: number])[];
}

/** Files that may hold the configuration, and its keys: the model hub's layout, CTranslate2's, the hub's older one. */
const LAYOUTS = [
  { file: 'generation_config.json', suppressed: 'suppress_tokens' },
  { file: 'config.json', suppressed: 'suppress_ids' },
  { file: 'config.json', suppressed: 'suppress_tokens' },
];

/**
 * Reads the configuration of a model folder in either layout.
 * @throws LH_MODEL_INVALID when there is none or its values are of the wrong kind.
 */
export function readConfig(folder: string): WhisperConfig {
  for (const { file, suppressed } of LAYOUTS) {
    const config = readJson(join(folder, file));
    const tokens = config?.[suppressed];
    if (tokens === undefined || tokens === null) continue;
    const heads = config?.alignment_heads ?? [];
    const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
    const isPair = (value: unknown) => Array.isArray(value) && value.length === 2 && value.every(isCount);
    if (!Array.isArray(tokens) || !tokens.every(isCount) || !Array.isArray(heads) || !heads.every(isPair)) {
      throw new LonghandError(
        'LH_MODEL_INVALID',
        `Expected ${suppressed} of ${join(folder, file)} to be tokens and alignment_heads pairs of numbers, but they are not.`,
      );
    }
    return { suppressedTokens: tokens as number[], alignmentHeads: heads as [number, number][] };
  }
  throw new LonghandError(
    'LH_MODEL_INVALID',
    `Expected suppress_tokens in generation_config.json or config.json, or suppress_ids in config.json of ${folder}, but neither is there.`,
  );
}

/** The object in a JSON file, or undefined where there is no such file. */
function readJson(path: string): Record<string, unknown> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw new LonghandError('LH_MODEL_INVALID', `Expected ${path} to be JSON, but it is not.`, { cause });
  }
  throw new LonghandError('LH_MODEL_INVALID', `Expected ${path} to hold an object, but it does not.`);
}
