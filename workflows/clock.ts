import { SAMPLE_RATE, type Span } from './contract.ts';

/** A stretch of samples as `[H:]MM:SS`. */
export function clock(samples: number): string {
  const seconds = Math.floor(samples / SAMPLE_RATE);
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
}

/** From the start of the first span to the end of the last: `08:12–08:41`. */
export function range(spans: readonly Span[]): string {
  const start = spans[0]?.[0] ?? 0;
  return `${clock(start)}–${clock(spans.at(-1)?.[1] ?? start)}`;
}
