import { LonghandError } from '../../workflows/errors.ts';
import type { DecodeOptions } from './decode-options.ts';
import { MASKED } from './timestamp-rules.ts';
import type { WhisperTokens } from './tokens.ts';

/** Tokens that a prompt and hotwords may have together: half of the decoder's context less one, as openai/whisper. */
export const MAX_PROMPT_TOKENS = 223;

/**
 * The tokens before `<|startoftranscript|>`: hotwords, then the prompt, as faster-whisper puts them; none without either.
 * @throws LH_OPTION_INVALID where they are too long, or spell a special token.
 */
export function promptTokens({ prompt, hotwords }: DecodeOptions, tokens: WhisperTokens): readonly number[] {
  const text = [hotwords, prompt].flatMap((part) => (part === undefined ? [] : tokens.encode(part)));
  if (text.length === 0) return [];
  if (text.length > MAX_PROMPT_TOKENS) {
    throw new LonghandError(
      'LH_OPTION_INVALID',
      `Expected \`prompt\` and \`hotwords\` of at most ${MAX_PROMPT_TOKENS} tokens together, got ${text.length}`,
    );
  }
  if (text.some((token) => token >= tokens.special.endOfText)) {
    throw new LonghandError(
      'LH_OPTION_INVALID',
      "Expected `prompt` and `hotwords` to be text, got one of the model's special tokens, as <|endoftext|> is",
    );
  }
  return [tokens.special.startOfPrevious, ...text];
}

/**
 * What is added to the logits of the languages, in their order: 0 for those that a window may be in, else far below.
 * @throws LH_LANGUAGE_UNKNOWN where the model does not know one of them.
 */
export function allowedLanguages(
  { language, languages = [] }: DecodeOptions,
  tokens: WhisperTokens,
): Float32Array {
  const { firstLanguage, languages: known } = tokens.special;
  const wanted = language === 'auto' ? languages : [language];
  const allowed = wanted.map((code) => tokens.languageToken(code) - firstLanguage);
  if (allowed.length === 0) return new Float32Array(known.length);
  const mask = new Float32Array(known.length).fill(MASKED);
  for (const index of allowed) mask[index] = 0;
  return mask;
}

/**
 * The token of the task.
 * @throws LH_OPTION_INVALID where an English-only model is to translate.
 */
export function taskToken({ task }: DecodeOptions, { special }: WhisperTokens): number {
  if (task === undefined) return special.transcribe;
  if (special.isMultilingual) return special.translate;
  throw new LonghandError(
    'LH_OPTION_INVALID',
    `Expected \`task\` to be transcribe, which is all that an English-only model does, got ${task}`,
  );
}
