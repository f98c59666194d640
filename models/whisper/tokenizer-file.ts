import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LonghandError } from '../../workflows/errors.ts';
import { mergesOf } from './merges.ts';

/** A way in which a model folder may hold its tokenizer. */
interface Layout {
  readonly files: readonly string[];
  readonly read: (...texts: string[]) => object;
}

const SPECIAL = /^<\|.*\|>$/;

/** Layouts: the first whose files are all there is taken. */
const LAYOUTS: readonly Layout[] = [
  { files: ['tokenizer.json'], read: (text = '') => JSON.parse(text) as object },
  // What fine-tuning with Python's slow tokenizer leaves.
  { files: ['vocab.json', 'merges.txt', 'added_tokens.json'], read: fromSlowTokenizer },
  // CTranslate2's own, which its converter writes.
  { files: ['vocabulary.json'], read: (text = '') => fromVocabulary(JSON.parse(text) as string[]) },
  { files: ['vocabulary.txt'], read: (text = '') => fromVocabulary(text.replace(/\n$/, '').split('\n')) },
];

/** The files of the layout that a folder with these names would be read by; null where it has none whole. */
export function tokenizerFiles(names: readonly string[]): readonly string[] | null {
  return LAYOUTS.find(({ files }) => files.every((file) => names.includes(file)))?.files ?? null;
}

/** What a folder must have, in words. */
export const TOKENIZER_FILES = LAYOUTS.map(({ files }) => files.join(' with ')).join(', or ');

/**
 * The tokenizer of a model folder as the content of a `tokenizer.json` (Hugging Face's format), and the file it comes
 * from: `tokenizer.json`; else `vocab.json`, `merges.txt` and `added_tokens.json`; else CTranslate2's `vocabulary.json`
 * or `vocabulary.txt`.
 * @throws LH_MODEL_INVALID when there is none of them, or it cannot be read.
 */
export function readTokenizer(folder: string): { path: string; json: object } {
  for (const { files, read } of LAYOUTS) {
    const paths = files.map((file) => join(folder, file));
    if (!paths.every((path) => existsSync(path))) continue;
    const path = paths[0]!;
    try {
      return { path, json: read(...paths.map((file) => readFileSync(file, 'utf8'))) };
    } catch (cause) {
      throw new LonghandError('LH_MODEL_INVALID', `Expected a tokenizer at ${path}, but it cannot be read.`, {
        cause,
      });
    }
  }
  throw new LonghandError(
    'LH_MODEL_INVALID',
    `Expected ${TOKENIZER_FILES} in ${folder}, but there is none of them.`,
  );
}

function fromSlowTokenizer(vocab = '', merges = '', added = ''): object {
  const lines = merges.split('\n').filter((line) => line !== '' && !line.startsWith('#version'));
  const ids = JSON.parse(vocab) as Record<string, number>;
  // The end of text is an ordinary entry of Whisper's vocabulary, and special all the same.
  const special = Object.entries(ids).filter(([content]) => SPECIAL.test(content));
  return byteLevel(ids, lines, [...special, ...Object.entries(JSON.parse(added) as Record<string, number>)]);
}

/** @param tokens by number: text, then the special ones from `<|endoftext|>` on. */
function fromVocabulary(tokens: readonly string[]): object {
  const end = tokens.indexOf('<|endoftext|>');
  if (end < 0) throw new Error('Expected a token <|endoftext|>, got none');
  const text = tokens.slice(0, end);
  return byteLevel(
    Object.fromEntries(text.map((token, id) => [token, id])),
    mergesOf(text),
    tokens.slice(end).map((token, i) => [token, end + i]),
  );
}

/** GPT-2's byte-level tokenizer, as every Whisper has. */
function byteLevel(
  vocab: Readonly<Record<string, number>>,
  merges: readonly string[],
  added: readonly (readonly [content: string, id: number])[],
): object {
  return {
    version: '1.0',
    added_tokens: added.map(([content, id]) => ({ id, content, special: true })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab, merges },
  };
}
