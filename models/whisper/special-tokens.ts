import { LonghandError } from '../../workflows/errors.ts';

/** The tokens that steer Whisper, found by name in the tokenizer. */
export interface SpecialTokens {
  readonly endOfText: number;
  readonly startOfTranscript: number;
  /**
   * Languages the model takes (ISO 639 codes, lower case) in the order of their tokens: 99, from large-v3 on 100 with
   * Cantonese, and English alone for the `.en` models.
   */
  readonly languages: readonly string[];
  /** Token of the first language; the others follow it. */
  readonly firstLanguage: number;
  readonly transcribe: number;
  /** Makes English of the speech. */
  readonly translate: number;
  /** Stands before a prompt. */
  readonly startOfPrevious: number;
  readonly noSpeech: number;
  /** Token of the timestamp 0.00 s; the others follow it, 20 ms apart, to the end of the vocabulary. */
  readonly timestampBegin: number;
  /** False for the `.en` models, whose prompt has neither language nor task. */
  readonly isMultilingual: boolean;
}

/** Timestamps of a window: 0.00 to 30.00 s, 20 ms apart. */
const TIMESTAMPS = 1501;

/** Models with at least so many tokens are multilingual (openai/whisper, `is_multilingual`). */
const MULTILINGUAL_VOCABULARY = 51865;

/**
 * Derives the special tokens of a model with `vocabulary` tokens.
 * @throws LH_MODEL_INVALID when the tokenizer lacks one of them.
 */
export function specialTokens(
  added: ReadonlyMap<string, number>,
  vocabulary: number,
  path: string,
): SpecialTokens {
  const find = (...names: string[]): number => {
    for (const name of names) {
      const id = added.get(`<|${name}|>`);
      if (id !== undefined && id < vocabulary) return id;
    }
    throw new LonghandError(
      'LH_MODEL_INVALID',
      `Expected a token <|${names.join('|> or <|')}|> below ${vocabulary} in ${path}, but there is none.`,
    );
  };
  const startOfTranscript = find('startoftranscript');
  const firstLanguage = startOfTranscript + 1;
  const names = new Map([...added].map(([name, id]) => [id, name]));
  const languages: string[] = [];
  for (let id = firstLanguage; id < find('translate', 'transcribe'); id++) {
    const code = /^<\|([a-z]{2,3})\|>$/.exec(names.get(id) ?? '')?.[1];
    if (code === undefined) {
      throw new LonghandError(
        'LH_MODEL_INVALID',
        `Expected token ${id} of ${path} to be a language, but it is ${names.get(id) ?? 'none'}.`,
      );
    }
    languages.push(code);
  }
  const timestampBegin = find('notimestamps') + 1;
  if (vocabulary - timestampBegin !== TIMESTAMPS) {
    throw new LonghandError(
      'LH_MODEL_INVALID',
      `Expected ${TIMESTAMPS} timestamps after token ${timestampBegin - 1} of ${path}, but the vocabulary has ${vocabulary} tokens.`,
    );
  }
  const isMultilingual = vocabulary >= MULTILINGUAL_VOCABULARY;
  return {
    endOfText: find('endoftext'),
    startOfTranscript,
    // The `.en` models have the tokens of all languages, and were taught none but English.
    languages: isMultilingual ? languages : languages.slice(0, 1),
    firstLanguage,
    transcribe: find('transcribe'),
    translate: find('translate'),
    startOfPrevious: find('startofprev'),
    noSpeech: find('nospeech', 'nocaptions'),
    timestampBegin,
    isMultilingual,
  };
}
