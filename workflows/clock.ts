import { SAMPLE_RATE } from './contract.ts';

/** A stretch of samples as `[H:]MM:SS`. */
export function clock(samples: number): string {
  const seconds = Math.floor(samples / SAMPLE_RATE);
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
}
