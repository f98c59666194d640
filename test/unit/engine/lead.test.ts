import { describe, expect, it } from 'vitest';
import { withLead, withoutLead } from '../../../models/engine/lead.ts';

describe('withLead', () => {
  it('puts half a second of silence before the speech', () => {
    const { samples, lead } = withLead(Int16Array.of(32767, -32768));
    expect(lead).toBe(8_000);
    expect(samples).toHaveLength(8_002);
    expect([...samples.subarray(7_999)]).toEqual([0, Math.fround(32767 / 32768), -1]);
  });

  it('leaves nothing, and a window that would not hold it, as they are', () => {
    expect(withLead(new Int16Array())).toEqual({ samples: new Float32Array(), lead: 0 });
    expect(withLead(new Int16Array(472_000)).lead).toBe(8_000);
    expect(withLead(new Int16Array(472_001)).lead).toBe(0);
  });
});

describe('withoutLead', () => {
  it('takes the lead off the times, none before 0', () => {
    const result = {
      language: 'en',
      languageProbability: 1,
      noSpeech: 0,
      averageLogProbability: 0,
      temperature: 0,
      isWhole: true,
      tokens: [],
      segments: [
        { start: 4_000, end: 48_000, text: 'one' },
        {
          start: 48_000,
          end: 64_000,
          text: 'two',
          words: [{ start: 50_000, end: 60_000, text: 'two', probability: 1 }],
        },
      ],
    };
    expect(withoutLead(result, 8_000).segments).toEqual([
      { start: 0, end: 40_000, text: 'one' },
      {
        start: 40_000,
        end: 56_000,
        text: 'two',
        words: [{ start: 42_000, end: 52_000, text: 'two', probability: 1 }],
      },
    ]);
  });
});
