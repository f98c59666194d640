import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SAMPLE_RATE, type Progress } from '../../../workflows/contract.ts';
import { sectionDetails, transcriptionDetails } from '../../../workflows/details.ts';
import { text } from './arbitraries.ts';

const minutes = (count: number) => Math.round(count * 60) * SAMPLE_RATE;
const progress: Progress = {
  phase: 'transcribe',
  committed: minutes(8.2),
  total: minutes(30),
  gaps: 1,
  falls: 3,
  sectionsDone: 0,
  sections: 1,
  job: 'talk.1',
  running: [],
};

/** Rows of a Markdown table as GitHub's flavour reads them: a bar that is not escaped ends a cell. */
function cells(table: string): string[][] {
  return table.split('\n').map((row) =>
    row
      .split(/(?<!\\)(?:\\\\)*\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const named = (table: string): Record<string, string> =>
  Object.fromEntries(cells(table).map(([name = '', value = '']) => [name, value]));

describe('the details of a transcription', () => {
  it('are a table of what an operator asks first', () => {
    const shown = transcriptionDetails(progress, {
      elapsed: 60_000,
      ladder: '2 int8 of 1 fp16, 2 int8',
      text: 'ask not\nwhat your country',
    });
    expect(shown).toBe(
      [
        '| Phase | transcribe |',
        '| --- | --- |',
        '| Audio | 08:12 of 30:00 · 27 % |',
        '| Speed | 8.2 × real time |',
        '| Time left | 02:39 |',
        '| Rung | 2 int8 of 1 fp16, 2 int8 |',
        '| Falls | 3 |',
        '| Gaps | 1 |',
        '| Last line | what your country |',
      ].join('\n'),
    );
  });

  it('claim nothing that is not known yet', () => {
    const before = { ...progress, phase: 'ingest', committed: 0, total: 0, sections: 0 } as const;
    const shown = named(transcriptionDetails(before, { elapsed: null, ladder: '', text: '' }));
    expect(shown).toMatchObject({ Audio: '–', Speed: '–', 'Time left': '–', Rung: '–', 'Last line': '–' });
    const begun = named(
      transcriptionDetails({ ...progress, committed: 0 }, { elapsed: 5000, ladder: '', text: '' }),
    );
    expect(begun).toMatchObject({ Audio: '00:00 of 30:00 · 0 %', Speed: '–', 'Time left': '–' });
    expect(transcriptionDetails(progress, { elapsed: 0, ladder: '', text: '' })).toContain('| Speed | – |');
  });

  it('count the sections of a long recording', () => {
    const long = { ...progress, sections: 12, sectionsDone: 2, running: ['a/3', 'a/4', 'a/5'] };
    expect(cells(transcriptionDetails(long, { elapsed: 1, ladder: '', text: '' }))).toContainEqual([
      'Sections',
      '2 of 12 done · 3, 4, 5 running',
    ]);
    expect(transcriptionDetails({ ...long, running: [] }, { elapsed: 1, ladder: '', text: '' })).toContain(
      '| Sections | 2 of 12 done |',
    );
  });

  it('show the end of a last line that is too long', () => {
    const shown = cells(
      transcriptionDetails(progress, { elapsed: 1, ladder: '', text: `start ${'听'.repeat(300)}` }),
    );
    expect(shown.at(-1)).toEqual(['Last line', `…${'听'.repeat(119)}`]);
  });

  it('stay one table whatever was said, and show it as it was said', () => {
    expect(
      transcriptionDetails(progress, { elapsed: 1, ladder: '', text: 'a | b <i> *c* [d](e) \\|' }),
    ).toContain('| Last line | a \\| b \\<i\\> \\*c\\* \\[d\\](e) \\\\\\| |');
    fc.assert(
      fc.property(text, (said) => {
        const rows = cells(transcriptionDetails(progress, { elapsed: 1, ladder: '', text: said }));
        expect(rows).toHaveLength(9);
        for (const row of rows) expect(row).toHaveLength(2);
      }),
    );
  });
});

describe('the details of a section', () => {
  it('say which section it is, and what it is at', () => {
    const standing = {
      phase: 'plan',
      committed: 0,
      total: minutes(10),
      elapsed: null,
      falls: 0,
      gaps: 0,
      ladder: '',
      text: '',
    };
    const shown = cells(sectionDetails(standing, 2, 12, [minutes(20), minutes(30)]));
    expect(shown.slice(0, 4)).toEqual([
      ['Phase', 'plan'],
      ['---', '---'],
      ['Section', '3 of 12 · 20:00–30:00'],
      ['Audio', '00:00 of 10:00 · 0 %'],
    ]);
  });
});
