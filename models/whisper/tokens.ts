import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { LonghandError } from '../../workflows/errors.ts';
import { segmentsFromTokens } from './segments.ts';
import { specialTokens } from './special-tokens.ts';
import type { SpecialTokens } from './special-tokens.ts';
import { readTokenizer } from './tokenizer-file.ts';
import { wordsOf } from './words.ts';
import type { Word } from './words.ts';

/** What is used of the package, whose own declarations TypeScript cannot resolve under `nodenext`. */
interface Tokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): { readonly ids: readonly number[] };
  decode(ids: readonly number[], options: { skip_special_tokens: boolean }): string;
  get_added_tokens_decoder(): ReadonlyMap<number, { readonly content: string }>;
}
const Tokenizer = HuggingFaceTokenizer as unknown as new (tokenizer: object, config: object) => Tokenizer;

/** A stretch of a window with its text. */
export interface Segment {
  /** First sample of the window, and the sample after the last. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Where they were asked for; joined, they are the text. */
  readonly words?: readonly Word[];
}

/** How a token was heard. */
export interface HeardToken {
  /** Samples of the window at which it begins and ends; no token begins before the end of another. */
  readonly start: number;
  readonly end: number;
  /** 0…1. */
  readonly probability: number;
}

/** A model's tokens: its special ones, and text from the others. */
export class WhisperTokens {
  readonly special: SpecialTokens;
  private readonly tokenizer: Tokenizer;

  private constructor(tokenizer: Tokenizer, special: SpecialTokens) {
    this.tokenizer = tokenizer;
    this.special = special;
  }

  /**
   * Reads the tokenizer of a model folder.
   * @param vocabulary tokens of the model, which tells English-only models from multilingual ones.
   * @throws LH_MODEL_INVALID when it is missing, no tokenizer, or lacks Whisper's special tokens.
   */
  static load(folder: string, vocabulary: number): WhisperTokens {
    const { path, json } = readTokenizer(folder);
    let tokenizer: Tokenizer;
    try {
      tokenizer = new Tokenizer(json, { clean_up_tokenization_spaces: false });
    } catch (cause) {
      throw new LonghandError('LH_MODEL_INVALID', `Expected a tokenizer at ${path}, but it cannot be read.`, {
        cause,
      });
    }
    const added = [...tokenizer.get_added_tokens_decoder()];
    const ids = new Map(added.map(([id, token]) => [token.content, id]));
    return new WhisperTokens(tokenizer, specialTokens(ids, vocabulary, path));
  }

  /** The text of tokens, special ones left out, as it came (with a leading space, often). */
  decode(ids: readonly number[]): string {
    const text = ids.filter((id) => id < this.special.endOfText);
    return text.length === 0 ? '' : this.tokenizer.decode(text, { skip_special_tokens: true });
  }

  /** The tokens of a text, as they would stand in the middle of speech: with a space before it. */
  encode(text: string): readonly number[] {
    return this.tokenizer.encode(` ${text.trim()}`, { add_special_tokens: false }).ids;
  }

  /**
   * The token of a language.
   * @throws LH_LANGUAGE_UNKNOWN when the model does not know it.
   */
  languageToken(code: string): number {
    const { languages, firstLanguage } = this.special;
    const index = languages.indexOf(code);
    if (index >= 0) return firstLanguage + index;
    throw new LonghandError(
      'LH_LANGUAGE_UNKNOWN',
      `Expected one of ${languages.join(', ')}, but got ${code}.`,
    );
  }

  /**
   * The segments of a window of so many samples, their text trimmed, those without text left out; with their words
   * where it is known how each token was `heard`.
   */
  segments(
    tokens: readonly number[],
    samples: number,
    language: string,
    heard?: readonly HeardToken[],
  ): Segment[] {
    return segmentsFromTokens(tokens, this.special.timestampBegin, samples)
      .map((segment): Segment => {
        const { start, end, first, tokens: ids } = segment;
        const text = this.decode(ids).trim();
        if (!heard) return { start, end, text };
        const own = { start, end, tokens: ids, heard: heard.slice(first, first + ids.length) };
        return { start, end, text, words: wordsOf(own, language, (some) => this.decode(some)) };
      })
      .filter(({ text }) => text !== '');
  }
}
