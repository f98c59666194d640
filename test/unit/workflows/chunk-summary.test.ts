import { describe, expect, it } from 'vitest';
import { chunkSummary } from '../../../workflows/chunk-summary.ts';
import { clock } from '../../../workflows/clock.ts';
import { SAMPLE_RATE } from '../../../workflows/contract.ts';

describe('clock', () => {
  it.each([
    [0, '00:00'],
    [59.999, '00:59'],
    [60, '01:00'],
    [3599, '59:59'],
    [3600, '1:00:00'],
    [100 * 3600, '100:00:00'],
  ])('shows %d s as %s', (seconds, shown) => {
    expect(clock(seconds * SAMPLE_RATE)).toBe(shown);
  });
});

describe('chunkSummary', () => {
  it('names the chunk, its time in the recording and the precision', () => {
    const spans = [
      [492 * SAMPLE_RATE, 500 * SAMPLE_RATE],
      [501 * SAMPLE_RATE, 521 * SAMPLE_RATE],
    ] as const;
    expect(chunkSummary({ spans }, 16, 20, 'int8')).toBe('chunk 17/20 · 08:12–08:41 · int8');
  });
});
