import { TIMESTAMP_SAMPLES } from './window.ts';

/** A stretch of a window with what was said in it. */
interface TokenSegment {
  /** First sample, and the sample after the last; 0 ≤ start ≤ end ≤ samples of the window. */
  readonly start: number;
  readonly end: number;
  /** Tokens of the text, without timestamps, and which of the window's is the first of them. */
  readonly tokens: readonly number[];
  readonly first: number;
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
  const close = (end: number, next: number) => {
    const first = next - text.length;
    if (text.length > 0) segments.push({ start, end: Math.max(start, end), tokens: text, first });
    text = [];
  };
  for (const [index, token] of tokens.entries()) {
    if (token < timestampBegin) {
      text.push(token);
      continue;
    }
    const time = Math.min((token - timestampBegin) * TIMESTAMP_SAMPLES, samples);
    close(time, index);
    start = Math.max(start, time);
  }
  close(samples, tokens.length);
  return segments;
}
