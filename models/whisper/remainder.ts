import type { WindowResult } from './session.ts';
import { SAMPLE_RATE } from './window.ts';

/** A shorter rest is a breath or the end of the last word. */
const SHORTEST_REST = 1.5 * SAMPLE_RATE;

/**
 * openai/whisper's thresholds: a rest likelier than this to hold no speech, whose text is less likely than this,
 * was invented.
 */
const NO_SPEECH = 0.6;
const LOG_PROBABILITY = -1;

/**
 * Where the decoder stopped though audio was left: the sample from which a window must be decoded again, or null
 * where its text reaches its end. A window holds speech only, so a rest of some length is text that the model
 * dropped, as it does after a closed segment where spans of speech were joined.
 * @param samples length of the window without its padding.
 */
export function restOf(result: WindowResult, samples: number): number | null {
  const end = result.segments.at(-1)?.end ?? 0;
  return end > 0 && samples - end >= SHORTEST_REST ? end : null;
}

/** The result of a window whose rest, from sample `start` on, was decoded by itself. */
export function joinRest(result: WindowResult, rest: WindowResult, start: number): WindowResult {
  if (rest.noSpeech > NO_SPEECH && rest.averageLogProbability < LOG_PROBABILITY) return result;
  const sum = ({ averageLogProbability, tokens }: WindowResult) =>
    averageLogProbability * (tokens.length + 1);
  return {
    ...result,
    averageLogProbability: (sum(result) + sum(rest)) / (result.tokens.length + rest.tokens.length + 2),
    tokens: [...result.tokens, ...rest.tokens],
    segments: [...result.segments, ...moved(rest, start).segments],
  };
}

/** A result whose times count from `by` samples earlier; none falls before 0. */
export function moved(result: WindowResult, by: number): WindowResult {
  const move = (time: number) => Math.max(0, time + by);
  return {
    ...result,
    segments: result.segments.map(({ start, end, text }) => ({ start: move(start), end: move(end), text })),
  };
}
