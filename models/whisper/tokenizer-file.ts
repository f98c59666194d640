import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `tokenizer.json`, and the files that say the same where a slow tokenizer was saved. */
export const TOKENIZER = 'tokenizer.json';
export const SLOW_TOKENIZER = ['vocab.json', 'merges.txt', 'added_tokens.json'] as const;

const SPECIAL = /^<\|.*\|>$/;

/**
 * The tokenizer of a model folder as `tokenizer.json` has it: read from there, else put together from Whisper's
 * vocabulary, merges and added tokens, which transformers' `WhisperProcessor` leaves beside a model that it saves.
 * Throws what reading throws.
 */
export function readTokenizer(folder: string): object {
  const path = join(folder, TOKENIZER);
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as object;
  const [vocabulary, merges, added] = SLOW_TOKENIZER.map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  ) as [string, string, string];
  const vocab = JSON.parse(vocabulary) as Record<string, number>;
  // The end of text is an ordinary entry of Whisper's vocabulary, and special all the same.
  const special = Object.entries(vocab).filter(([content]) => SPECIAL.test(content));
  const tokens = [...special, ...Object.entries(JSON.parse(added) as Record<string, number>)];
  return {
    version: '1.0',
    added_tokens: tokens.map(([content, id]) => ({ id, content, special: true })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab,
      merges: merges.split('\n').filter((line) => line !== '' && !line.startsWith('#version')),
    },
  };
}
