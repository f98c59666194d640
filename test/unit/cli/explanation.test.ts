import { describe, expect, it } from 'vitest';
import { explained, linesOf, readTexts } from '../../../client/cli/explanation.ts';
import type { Transcription } from '../../../client/index.ts';
import type { Format, TextChange } from '../../../workflows/contract.ts';
import { changes } from '../../../workflows/formats/changes.ts';
import { eachOf, header, textOf, UNTOUCHED } from '../workflows/transcripts.ts';

const change = (before: string, after: string, start = 0): TextChange => ({
  ...{ start, end: start + 1, before, after, step: 'unicode', rule: 'spaces' },
});
const tsvOf = (...all: TextChange[]): Promise<string> =>
  textOf(changes({ header, sections: eachOf([{ ...UNTOUCHED, segments: [], changes: all }]) }));

describe('a change in words', () => {
  it.each([
    [change('  ', ' '), '00:00  unicode spaces  "  " → " "'],
    [change('', '。', 61.5), '01:01  unicode spaces  "" → "。"'],
    [change('嗯，', '', 3723), '1:02:03  unicode spaces  "嗯，" → ""'],
    [change('\t', ' '), '00:00  unicode spaces  " " → " "'],
    [change('a\r\nb', 'ab'), '00:00  unicode spaces  "a b" → "ab"'],
  ])('has its time, its rule, and what it was and is', async (one, line) => {
    expect(linesOf(await tsvOf(one))).toEqual([line]);
  });

  it('is a line each, the last one too where nothing is left', async () => {
    expect(linesOf(await tsvOf())).toEqual([]);
    expect(linesOf(await tsvOf(change('a', ''), change('b', '')))).toHaveLength(2);
  });
});

describe('the changes as tab-separated values', () => {
  it('have six fields a line, with their spaces', async () => {
    const tsv = await tsvOf(change(' um ', ' '), change('\u2028', ''));
    expect(tsv).toBe(
      'start\tend\tstep\trule\tbefore\tafter\n0\t1000\tunicode\tspaces\t um \t \n0\t1000\tunicode\tspaces\t \t\n',
    );
  });
});

describe('what is read for a terminal', () => {
  const transcription = {
    read: async (format: Format) => (format === 'changes' ? tsvOf(change('a', 'b')) : `<${format}>`),
  } as Transcription;
  const line = '00:00  unicode spaces  "a" → "b"';

  it('is what was asked for, and beside it what explains it', async () => {
    expect(await readTexts(transcription, ['txt', 'srt'], {})).toEqual({
      text: '<txt><srt>',
      explanation: [],
    });
    const asked = { formats: ['txt'], explain: true } as const;
    expect(await readTexts(transcription, explained(['txt'], true), asked)).toEqual({
      text: '<txt>',
      explanation: [line],
    });
    expect(await readTexts(transcription, explained(['txt'], true), { explain: true })).toMatchObject({
      text: '<txt>',
    });
  });

  it('has the changes where they are a format that was asked for', async () => {
    const tsv = await tsvOf(change('a', 'b'));
    const formats = ['changes', 'txt'] as const;
    expect(await readTexts(transcription, formats, { formats })).toEqual({
      text: `${tsv}<txt>`,
      explanation: [],
    });
    expect(await readTexts(transcription, explained(formats, true), { formats, explain: true })).toEqual({
      text: `${tsv}<txt>`,
      explanation: [line],
    });
  });
});
