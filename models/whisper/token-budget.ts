import { SAMPLE_RATE } from './window.ts';

/** Tokens a window may have at most: half of the decoder's context, as openai/whisper. */
export const MAX_TOKENS = 224;

/**
 * Tokens for each second, and for a window beside them: twice of what the fastest speech takes in a script of which a
 * letter is three tokens. What is longer runs on without listening.
 */
const PER_SECOND = 25;
const BESIDE = 25;

/**
 * Tokens a window may have.
 * @param samples length of the window without its padding.
 * @param prompt tokens before `<|startoftranscript|>`, which with the text have to fit into `context`.
 */
export function tokenBudget(samples: number, prompt: number, context: number): number {
  const speech = Math.ceil(BESIDE + (PER_SECOND * samples) / SAMPLE_RATE);
  // Start, language and task are fed before the text, whose last token is not.
  return Math.min(MAX_TOKENS, speech, context - prompt - 2);
}
