import { describe, expect, it } from 'vitest';
import { formatSummary, summarize } from '../../../client/cli/summary.ts';

const done = (duration: number, gaps = 0) => ({ attached: false, result: { duration, gaps } });
const already = (duration: number) => ({ attached: true, result: { duration, gaps: 0 } });
const failed = { attached: false, result: null };

describe('summarize', () => {
  it('counts, and measures the speed of what was transcribed now', () => {
    const summary = summarize([done(3600, 2), done(1800), already(1800), failed], 3, 540);
    expect(summary).toEqual({
      files: 4,
      done: 2,
      already: 1,
      failed: 1,
      gaps: 2,
      skipped: 3,
      audio: 7200,
      took: 540,
      timesRealTime: 10,
    });
    expect(formatSummary(summary)).toBe(
      '4 files: 2 done, 1 already, 1 failed, 3 skipped · 2 gaps · 2.00 h of audio in 9 min 0 s, 10.0× real time',
    );
  });

  it('has no speed where nothing was done', () => {
    const summary = summarize([already(60)], 0, 1.25);
    expect(summary.timesRealTime).toBeNull();
    expect(formatSummary(summary)).toBe(
      '1 file: 0 done, 1 already, 0 failed · 0 gaps · 0.02 h of audio in 1.3 s',
    );
  });

  it.each([
    [59.94, '59.9 s'],
    [3599, '59 min 59 s'],
    [7260, '2 h 1 min'],
  ])('says %d seconds as %s', (took, text) => {
    expect(formatSummary(summarize([], 0, took))).toContain(` in ${text}`);
  });
});
