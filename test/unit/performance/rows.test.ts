import { describe, expect, it } from 'vitest';
import type { Run } from '../../performance/measure.ts';
import { notesOf, pairNotes } from '../../performance/report/notes.ts';
import { median, rowsOf } from '../../performance/report/rows.ts';
import { tableOf } from '../../performance/report/table.ts';

const run = (label: string, contender: string, seconds: number, more: Partial<Run> = {}): Run => ({
  ...{
    label,
    contender,
    audio: 600,
    seconds,
    load: 1,
    memory: null,
    shares: null,
    found: 0,
    errors: 3,
    units: 100,
  },
  ...more,
});

describe('rowsOf', () => {
  const rows = rowsOf(
    [
      run('long', 'ours', 7, { memory: { engine: 5e8, all: 9e8 } }),
      run('long', 'peer', 15),
      run('long', 'ours', 5, { memory: { engine: 7e8, all: 8e8 } }),
      run('long', 'peer', 12),
      run('long', 'ours', 6, { errors: 5, load: null }),
      run('long', 'peer', 20),
      run('short', 'ours', 1, { audio: 5 }),
    ],
    'peer',
  );

  it('has one row for each contender of each label, in their order', () => {
    expect(rows.map(({ label, contender, runs }) => [label, contender, runs])).toEqual([
      ['long', 'ours', 3],
      ['long', 'peer', 3],
      ['short', 'ours', 1],
    ]);
  });

  it('takes medians of times, sums of errors and peaks of memory', () => {
    expect(rows[0]).toMatchObject({ seconds: 6, timesRealTime: 100, errors: 11, units: 300, load: 1 });
    expect(rows[0]).toMatchObject({ engineMemory: 7e8, allMemory: 9e8 });
    expect(rows[1]).toMatchObject({ engineMemory: null, vad: null });
  });

  it('divides the wall time of the yardstick by the own, above 1 where it is faster', () => {
    expect(rows.map(({ ratio }) => ratio)).toEqual([2.5, 1, null]);
  });
});

it.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[7], 7],
  [[], null],
])('median of %j is %j', (values, expected) => {
  expect(median(values)).toBe(expected);
});

it('writes a table whose lines have the same length and whose unknowns are dashes', () => {
  const shares = { vad: 0.05, besideEngine: 0.1, engineProcessor: 0.9, mediaProcessor: 0.05 };
  const runs = [
    run('long', 'ours', 6, { shares, memory: { engine: 5e8, all: 9e8 } }),
    run('long', 'a peer', 15),
  ];
  const [header = '', rule = '', ...lines] = tableOf(rowsOf(runs, 'a peer')).split('\n');
  expect(new Set([header, rule, ...lines].map(({ length }) => length)).size).toBe(1);
  const cells = lines.map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
  expect(cells).toEqual([
    ['long', 'ours', '1', '6.00', '100.0', '2.50', '3.0 %', '500', '900', '1.00', '5.0 %', '10.0 %'],
    ['long', 'a peer', '1', '15.00', '40.0', '1.00', '3.0 %', '–', '–', '1.00', '–', '–'],
  ]);
});

it('notes runs that found their chunks in the store, and languages against what the peer allows', () => {
  const runs = [
    run('long', 'ours', 6, { found: 4 }),
    run('languages: zh', 'ours', 6, { errors: 20, units: 400 }),
    run('languages: zh', 'peer', 9, { errors: 25, units: 400 }),
  ];
  expect(notesOf(runs, rowsOf(runs, 'peer'), 'ours')).toEqual([
    'long: 4 chunks were in the store already, so the time is not a fair one',
    'languages: zh: 20 of 400 units wrong, 25 by the peer, 27 allowed',
  ]);
});

it('pairNotes divides the wall time of a peer by ours, in the cases that both ran', () => {
  const rows = rowsOf(
    [run('long', 'ours, words', 10), run('long', 'peer, words', 21), run('short', 'ours, words', 1)],
    'peer',
  );
  expect(pairNotes(rows, 'ours, words', 'peer, words')).toEqual(['long: ours, words, is 2.10 × peer, words']);
});
