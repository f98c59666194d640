/** What each step takes: data that a client checks without loading what a step knows of a language. */
import type { StepOptions } from './step.ts';
import { readTerms } from './terms/read.ts';
import type { Term } from './terms/term.ts';

/** The scripts that Chinese can be written in, named as OpenCC names them. */
export const SCRIPTS = ['cn', 't', 'tw', 'twp', 'hk'] as const;
export const STYLES = ['language', 'full', 'half'] as const;
export const LARGE_NUMBERS = ['wan', 'digits'] as const;
export const LETTER_CASES = ['force', 'keep'] as const;

/** Nothing to decide. */
export type NoOptions = Readonly<Record<never, never>>;

export interface ScriptOptions {
  /**
   * `cn` is simplified, `t` OpenCC's standard of traditional, `tw` and `hk` traditional as Taiwan and Hong Kong write it,
   * `twp` as Taiwan says it too (软件 is 軟體).
   */
  readonly to: (typeof SCRIPTS)[number];
}

export interface PunctuationOptions {
  /** `language`: full width in Chinese and Japanese, half width elsewhere. */
  readonly style: (typeof STYLES)[number];
}

export interface NumbersOptions {
  /** How Chinese numbers from ten thousand are written: `1234万`, or `12340000`. */
  readonly large: (typeof LARGE_NUMBERS)[number];
  /** Whether 星期三 becomes 星期3. */
  readonly weekdays: boolean;
}

/** What stands in a text for a term of the customer's list is written as the list has it. */
export interface TermsOptions {
  /** At most 5,000, of 100 KB of UTF-8 in all. */
  readonly terms: readonly Term[];
  /**
   * Whether also what sounds like a spelling of a term, by pinyin without tones, is taken for it: in Mandarin, for
   * spellings of two Han characters or more and nothing else, and where no two terms sound the same.
   */
  readonly sound: boolean;
  /** `force` writes a term as the list has it; `keep` leaves one alone that differs from it in case only. */
  readonly case: (typeof LETTER_CASES)[number];
}

export const unicode: StepOptions<NoOptions> = { name: 'unicode', version: 1, read: () => ({}) };

export const script: StepOptions<ScriptOptions> = {
  name: 'script',
  version: 1,
  read: (given) => ({ to: given.oneOf('to', SCRIPTS, null) }),
};

export const punctuation: StepOptions<PunctuationOptions> = {
  name: 'punctuation',
  version: 1,
  read: (given) => ({ style: given.oneOf('style', STYLES, 'language') }),
};

export const numbers: StepOptions<NumbersOptions> = {
  name: 'numbers',
  version: 1,
  read: (given) => ({
    large: given.oneOf('large', LARGE_NUMBERS, 'wan'),
    weekdays: given.boolean('weekdays', false),
  }),
};

export const fillers: StepOptions<NoOptions> = { name: 'fillers', version: 1, read: () => ({}) };

export const terms: StepOptions<TermsOptions> = {
  name: 'terms',
  version: 1,
  read: (given) => ({
    terms: readTerms(given),
    sound: given.boolean('sound', false),
    case: given.oneOf('case', LETTER_CASES, 'force'),
  }),
};

export const guards: StepOptions<NoOptions> = { name: 'guards', version: 1, read: () => ({}) };
