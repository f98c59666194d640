import type { Kind, Shaped } from './fields.ts';
import type { TranscribeOptions } from './options.ts';

/** The options that stand beside the others in a request, or are no part of it. */
type Apart = 'key' | 'tenant' | 'priority';

/** Of which kind each option is, from whichever program it comes; what it may say is checked where it is decided. */
export const OPTION_KINDS = {
  language: 'a string',
  languages: 'an array of strings',
  languagePer: 'a string',
  task: 'a string',
  prompt: 'a string',
  hotwords: 'a string',
  words: 'true or false',
  model: 'a string',
  ladder: 'an array of strings',
  gaps: 'a string',
  lowerUnderLoad: 'true or false',
  text: 'an array',
  formats: 'an array of strings',
  subtitles: 'an object',
  out: 'a string',
} as const satisfies Record<Exclude<keyof TranscribeOptions, Apart>, Kind>;

/** `TranscribeOptions` in words that nothing has checked yet. */
export type UncheckedOptions = Shaped<typeof OPTION_KINDS>;
