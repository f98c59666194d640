import { LonghandError } from '../../workflows/errors.ts';
import type { Model } from '../catalogue.ts';
import { TOKENIZER_FILES, tokenizerFiles } from '../whisper/tokenizer-file.ts';

/** What a model folder may have beside weights and tokenizer; one of them it must. */
const CONFIGURATIONS = ['config.json', 'generation_config.json'];

/** Weights that fine-tuning leaves and that cannot be read, and what to do about them. */
const OTHER_WEIGHTS: readonly [RegExp, string][] = [
  [/^adapter_model\./, 'which are an adapter: merge it into its model first, with `merge_and_unload()`'],
  [
    /^pytorch_model.*\.bin$/,
    'which are pickled: save the model again with `save_pretrained(..., safe_serialization=True)`',
  ],
];

/** Lists which of the parts holds which tensor. */
const PARTS_INDEX = 'model.safetensors.index.json';
const isPart = (name: string): boolean => /^model-\d+-of-\d+\.safetensors$/.test(name);

/** The files of a model, out of all names of its folder or repository `place`. */
export interface PickedFiles {
  readonly layout: Model['layout'];
  readonly names: readonly string[];
}

/** Throws LH_MODEL_INVALID where one is missing. */
export function pickFiles(names: readonly string[], place: string): PickedFiles {
  const has = (name: string) => names.includes(name);
  const weights = ['model.safetensors', PARTS_INDEX, 'model.bin'].find(has);
  if (weights === undefined) throw missing('model.safetensors or model.bin', place, otherWeights(names));
  const tokenizer = tokenizerFiles(names);
  if (!tokenizer) {
    throw missing(TOKENIZER_FILES, place, 'none: save the processor there too, with `save_pretrained`');
  }
  const configurations = CONFIGURATIONS.filter(has);
  if (configurations.length === 0) throw missing(CONFIGURATIONS.join(' or '), place, 'neither');
  return {
    layout: weights === 'model.bin' ? 'ct2' : 'safetensors',
    names: [
      weights,
      ...(weights === PARTS_INDEX ? names.filter(isPart) : []),
      ...tokenizer,
      ...configurations,
    ],
  };
}

function otherWeights(names: readonly string[]): string {
  for (const [pattern, advice] of OTHER_WEIGHTS) {
    const found = names.find((name) => pattern.test(name));
    if (found !== undefined) return `${found}, ${advice}`;
  }
  return 'neither';
}

const missing = (expected: string, place: string, came: string) =>
  new LonghandError('LH_MODEL_INVALID', `Expected ${expected} in ${place}, but it has ${came}.`);
