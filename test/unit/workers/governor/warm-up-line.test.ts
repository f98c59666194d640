import { expect, it } from 'vitest';
import { warmUpLine } from '../../../../workers/governor/warm-up-line.ts';

it('says what a warm-up took, gained and measured', () => {
  const memory = { held: 360e6, row: 26e6, most: 6 };
  expect(warmUpLine('cpu', { load: 812, first: 900, window: 360, memory })).toBe(
    'Warmed up cpu: loaded in 0.81 s, the first window took 0.90 s, the next 0.36 s (2.5 times as fast); ' +
      '360 MB held, 26 MB for each window of a batch, of which 6 fit',
  );
});
