import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstFrames, smoothed } from '../../../models/whisper/alignment.ts';

test('smoothed takes the median of seven frames, mirrored at the ends', () => {
  const value = fc.integer({ min: -100, max: 100 });
  const scores = fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 30 }))
    .chain(([tokens, frames]) =>
      fc.tuple(
        fc.constant(frames),
        fc.array(value, { minLength: tokens * frames, maxLength: tokens * frames }),
      ),
    );
  fc.assert(
    fc.property(scores, ([frames, values]) => {
      const medianAt = (index: number) => {
        const seven = [-3, -2, -1, 0, 1, 2, 3].map((step) => {
          const at = (index % frames) + step;
          const mirrored = at < frames ? Math.abs(at) : 2 * (frames - 1) - at;
          return values[index - (index % frames) + Math.min(Math.max(mirrored, 0), frames - 1)]!;
        });
        return seven.sort((a, b) => a - b)[3]!;
      };
      expect([...smoothed(Float32Array.from(values), frames)]).toEqual(
        values.map((_, index) => medianAt(index)),
      );
    }),
  );
});

describe('firstFrames', () => {
  /** A row a token: what it gathers at each frame. */
  const path = (...rows: number[][]) => [
    ...firstFrames(Float32Array.from(rows.flat()), rows[0]?.length ?? 0),
  ];

  test.each([
    ['one token takes all', [[1, 2, 3]], [0]],
    [
      'each where it is heard',
      [
        [9, 0, 0, 0],
        [0, 9, 9, 0],
        [0, 0, 0, 9],
      ],
      [0, 1, 3],
    ],
    [
      'none goes back',
      [
        [0, 0, 9],
        [9, 0, 0],
      ],
      [0, 2],
    ],
    ['more tokens than frames share them', [[1], [1], [1]], [0, 0, 0]],
  ])('%s', (_, rows, frames) => {
    expect(path(...rows)).toEqual(frames);
  });

  test('gathers the most that any path can', () => {
    const grid = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }))
      .chain(([tokens, frames]) =>
        fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: frames, maxLength: frames }), {
          minLength: tokens,
          maxLength: tokens,
        }),
      );
    const best = (rows: number[][], token: number, frame: number): number => {
      const here = rows[token]![frame]!;
      if (token === 0 && frame === 0) return here;
      const before = [
        ...(token > 0 && frame > 0 ? [best(rows, token - 1, frame - 1)] : []),
        ...(token > 0 ? [best(rows, token - 1, frame)] : []),
        ...(frame > 0 ? [best(rows, token, frame - 1)] : []),
      ];
      return here + Math.max(...before);
    };
    /** What the best path gathers on which each token begins at the frame that `first` says. */
    const gathered = (rows: number[][], first: readonly number[]): number =>
      rows.reduce((sum, row, token) => {
        const from = first[token]!;
        const next = first[token + 1] ?? row.length;
        // The frame before the next token's is the last of this one, or that of the next as well.
        const ends = next === row.length ? [next - 1] : [next - 1, next].filter((end) => end >= from);
        const upTo = (end: number) => row.slice(from, end + 1).reduce((a, b) => a + b, 0);
        return sum + Math.max(...ends.map(upTo));
      }, 0);
    fc.assert(
      fc.property(grid, (rows) => {
        const first = path(...rows);
        expect(first[0]).toBe(0);
        expect(first).toEqual([...first].sort((a, b) => a - b));
        expect(gathered(rows, first)).toBe(best(rows, rows.length - 1, rows[0]!.length - 1));
      }),
    );
  });
});
