import { describe, expect, it } from 'vitest';
import { joinRest, moved, restOf } from '../../../models/whisper/remainder.ts';
import type { WindowResult } from '../../../models/whisper/session.ts';

const SECOND = 16_000;

const heard = (end: number, more: Partial<WindowResult> = {}): WindowResult => ({
  language: 'en',
  languageProbability: 0.9,
  noSpeech: 0.1,
  averageLogProbability: -0.2,
  tokens: [1, 2, 3],
  segments: [{ start: 0, end, text: 'one' }],
  ...more,
});

describe('restOf', () => {
  it('is where the text ends, when a second and a half or more is left', () => {
    expect(restOf(heard(22 * SECOND), 29 * SECOND)).toBe(22 * SECOND);
    expect(restOf(heard(10 * SECOND), 11.5 * SECOND)).toBe(10 * SECOND);
    expect(restOf(heard(10 * SECOND), 11.4 * SECOND)).toBeNull();
    expect(restOf(heard(10 * SECOND), 10 * SECOND)).toBeNull();
  });

  it('is none where nothing was heard', () => {
    expect(restOf(heard(0, { segments: [] }), 29 * SECOND)).toBeNull();
  });
});

describe('joinRest', () => {
  const rest = heard(2 * SECOND, { tokens: [4], averageLogProbability: -0.8, language: 'de' });

  it("puts the rest behind, on the window's clock, and weighs the tokens' probabilities", () => {
    const joined = joinRest(heard(5 * SECOND), rest, 5 * SECOND);
    expect(joined.segments.map(({ start, end }) => [start / SECOND, end / SECOND])).toEqual([
      [0, 5],
      [5, 7],
    ]);
    expect(joined.tokens).toEqual([1, 2, 3, 4]);
    expect(joined.averageLogProbability).toBeCloseTo((4 * -0.2 + 2 * -0.8) / 6, 12);
    expect(joined.language).toBe('en');
  });

  it('leaves out a rest that holds no speech and whose text is unlikely', () => {
    const first = heard(5 * SECOND);
    expect(joinRest(first, { ...rest, noSpeech: 0.7, averageLogProbability: -1.1 }, 5 * SECOND)).toBe(first);
    expect(joinRest(first, { ...rest, noSpeech: 0.7 }, 5 * SECOND).segments).toHaveLength(2);
  });
});

describe('moved', () => {
  it('takes a lead off the times, none before 0', () => {
    const result = heard(3 * SECOND, { segments: [{ start: 4_000, end: 3 * SECOND, text: 'one' }] });
    expect(moved(result, -8_000).segments[0]).toMatchObject({ start: 0, end: 2.5 * SECOND });
  });
});
