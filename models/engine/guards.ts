import { deflateSync } from 'node:zlib';
import type { WindowResult } from '../whisper/session.ts';

/** A text that deflate makes shorter than this many times repeats itself (openai/whisper, `compression_ratio_threshold`). */
const REPETITIVE = 2.4;
/** A mean log probability below it is a guess (openai/whisper, `logprob_threshold`). */
const LEAST_LOG_PROBABILITY = -1;
/** A window likelier without speech than this holds none, where its text is bad too (openai/whisper, `no_speech_threshold`). */
const NO_SPEECH = 0.6;
/**
 * A window likelier without speech than this holds none where no temperature gives a likely text either. The least mean
 * log probability of 189 windows of speech is −0.58, that of noise −1.3 at best.
 */
const GUESS_NO_SPEECH = 0.4;
/** Samples as loud as this, of 32,768, are the rounding of silence. */
const SILENT = 8;

/** What to do with a window's text: take it, decode the window again, or take none. */
export type Verdict = 'accept' | 'retry' | 'silence';

/**
 * Judges a window's text as openai/whisper does (`decode_with_fallback`), and three things beside: digital silence has
 * no text whatever the model hears; a window that likely holds no speech has none where its text repeats itself either;
 * a text that ran out of tokens before its end is decoded again.
 * @param pcm the window's samples.
 */
export function judge(result: WindowResult, pcm: Int16Array): Verdict {
  if (result.segments.length === 0) return 'accept';
  if (pcm.every((sample) => Math.abs(sample) <= SILENT)) return 'silence';
  const isBad = result.averageLogProbability < LEAST_LOG_PROBABILITY || isRepetitive(result);
  if (isBad && result.noSpeech > NO_SPEECH) return 'silence';
  return isBad || !result.isWhole ? 'retry' : 'accept';
}

/**
 * Whether results that were all to be decoded again are guesses at noise: none is likely, unless as a loop, whose every
 * turn is likelier than the one before, and the model doubts that somebody speaks.
 */
export const isGuess = (results: readonly WindowResult[]): boolean =>
  results.every(
    (result) =>
      (result.averageLogProbability < LEAST_LOG_PROBABILITY || isRepetitive(result)) &&
      result.noSpeech > GUESS_NO_SPEECH,
  );

/**
 * The best of the results that were all to be decoded again: the likeliest of those that do not repeat themselves, else
 * the likeliest of all (faster-whisper, `generate_with_fallback`).
 */
export function best(results: readonly WindowResult[]): WindowResult {
  const fair = results.filter((result) => result.isWhole && !isRepetitive(result));
  const among = fair.length > 0 ? fair : results;
  return among.reduce((a, b) => (b.averageLogProbability > a.averageLogProbability ? b : a));
}

/**
 * Whether a text is a loop. A character counts as one byte in every script: in UTF-8, whose bytes openai/whisper counts,
 * an ordinary list in Russian is as repetitive as a loop in English.
 */
function isRepetitive({ segments }: WindowResult): boolean {
  const characters = [...segments.map(({ text }) => text).join(' ')];
  const numbers = new Map([...new Set(characters)].map((character, number) => [character, number]));
  const bytes = Uint8Array.from(characters, (character) => numbers.get(character) ?? 0);
  return bytes.length / deflateSync(bytes).length > REPETITIVE;
}
