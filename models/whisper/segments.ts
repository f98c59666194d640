import { TIMESTAMP_SAMPLES } from './window.ts';

/** A stretch of a window with what was said in it. */
interface TokenSegment {
  /** First sample, and the sample after the last; 0 ≤ start ≤ end ≤ samples of the window. */
  readonly start: number;
  readonly end: number;
  /** Tokens of the text, without timestamps. */
  readonly tokens: readonly number[];
}

/**
 * Splits a window's tokens at their timestamps, as openai/whisper does. A text without a timestamp before it begins
 * where the last one ended; one without a timestamp behind it ends with the window.
 * @param tokens what the decoder chose: text and timestamps, without end of text.
 * @param timestampBegin the token of the timestamp 0.00 s.
 * @param samples length of the window without its padding.
 */
export function segmentsFromTokens(
  tokens: readonly number[],
  timestampBegin: number,
  samples: number,
): TokenSegment[] {
  const segments: TokenSegment[] = [];
  let start = 0;
  let text: number[] = [];
  const close = (end: number) => {
    if (text.length > 0) segments.push({ start, end: Math.max(start, end), tokens: text });
    text = [];
  };
  for (const token of tokens) {
    if (token < timestampBegin) {
      text.push(token);
      continue;
    }
    const time = Math.min((token - timestampBegin) * TIMESTAMP_SAMPLES, samples);
    close(time);
    start = Math.max(start, time);
  }
  close(samples);
  return segments;
}
