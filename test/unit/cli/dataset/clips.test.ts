import { describe, expect, it } from 'vitest';
import { clipsOf } from '../../../../client/cli/dataset/clips.ts';
import type { TranscriptSegment } from '../../../../client/cli/dataset/transcript-file.ts';

const RATE = 16_000;
type Row = readonly [start: number, end: number, text: string, language?: string];
const fileOf = (...rows: Row[]) => ({
  path: 'talk.json',
  source: null,
  duration: null,
  segments: rows.map(([start, end, text, language = 'en']): TranscriptSegment => ({
    start,
    end,
    text,
    language,
  })),
});

describe('clipsOf', () => {
  it('joins neighbours up to 30 s, and cuts at rests, gaps and other languages', () => {
    const { clips, gaps } = clipsOf(
      fileOf(
        [0, 12, ' One,\n two. '],
        [12.5, 30, 'Three.'],
        [30, 31, 'Too much for one.'],
        [33.001, 34, 'After a rest.'],
        [34, 35, '[ERROR: LH_OUT_OF_MEMORY]'],
        [35, 36, 'After a gap.'],
        [36, 37, '你好。', 'zh'],
        [37, 38, '再见。', 'zh'],
      ),
    );
    expect(gaps).toBe(1);
    expect(clips.map(({ start, end, text }) => [start / RATE, end / RATE, text])).toEqual([
      [0, 30, 'One, two. Three.'],
      [30, 31, 'Too much for one.'],
      [33.001, 34, 'After a rest.'],
      [35, 36, 'After a gap.'],
      [36, 38, '你好。再见。'],
    ]);
  });

  it.each<[string, Row[], RegExp]>([
    [
      'text',
      [
        [0, 1, 'One.'],
        [61, 62, '  '],
      ],
      /^Expected segment 2 \(01:01\) to have text in talk\.json, got none$/,
    ],
    [
      'order',
      [
        [5, 6, 'One.'],
        [5.5, 7, 'Two.'],
      ],
      /segment 2 \(00:05\) to start after the one before ends, at 6 s/,
    ],
    ['an end after its start', [[5, 4, 'One.']], /segment 1 \(00:05\) to end after it starts/],
    ['a start', [[-1, 4, 'One.']], /segment 1 \(-1\) to end after it starts/],
    ['a length', [[5, 5, 'One.']], /segment 1 \(00:05\) to last/],
    ['30 s at most', [[0, 30.1, 'One.']], /segment 1 \(00:00\) to be at most 30 s long.* split it/],
  ])('names the segment that lacks %s', (_, rows, message) => {
    const joining = () => clipsOf(fileOf(...rows));
    expect(joining).toThrow(expect.objectContaining({ code: 'LH_TRANSCRIPT_INVALID' }));
    expect(joining).toThrow(message);
  });
});
