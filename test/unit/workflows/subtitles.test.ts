import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SectionTranscript, Segment, Word } from '../../../workflows/contract.ts';
import { DEFAULT_SUBTITLES, type SubtitleStyle } from '../../../workflows/formats/subtitle-style.ts';
import { WRITERS } from '../../../workflows/formats/writers.ts';
import { parseSrt } from './parse-srt.ts';
import { parseVtt } from './parse-vtt.ts';
import { expectSaid } from './read-back.ts';
import { spokenSections } from './spoken-text.ts';
import { eachOf, header, textOf, UNTOUCHED } from './transcripts.ts';

const write = (
  format: 'srt' | 'vtt' | 'vtt-words',
  all: readonly SectionTranscript[],
  style?: Partial<SubtitleStyle>,
  duration = 100_000,
): Promise<string> => {
  const subtitles = { ...DEFAULT_SUBTITLES, ...style };
  const options = { ...header.options, ...(style && { subtitles }) };
  return textOf(WRITERS[format]({ header: { ...header, duration, options }, sections: eachOf(all) }));
};

const segment = (text: string, start = 0, end = 5, words?: Word[]): Segment => ({
  ...{ start, end, text, language: 'zh', confidence: 1, chunk: 0 },
  ...(words && { words }),
});
const one = (...segments: Segment[]): SectionTranscript[] => [{ segments, ...UNTOUCHED }];
/** The lines of the cues of one segment: lines of a cue parted by `/`. */
const linesOf = async (text: string, style?: Partial<SubtitleStyle>, end = 5): Promise<string[]> =>
  parseVtt(await write('vtt', one(segment(text, 0, end)), style)).map((cue) =>
    cue.text.replaceAll('\n', '/'),
  );
/** Words of a text, `|` between them, each a second long. */
const wordsOf = (marked: string): Word[] =>
  marked.split('|').map((text, index) => ({ start: index, end: index + 1, text, probability: 1 }));

/** Narrow letters and wide ones, apart from what UAX #11 says of marks. */
const wide = (line: string): number =>
  [...line].reduce(
    (sum, character) => sum + (/[\u3000-\u9fff\uac00-\ud7a3\uff01-\uff60]/u.test(character) ? 2 : 1),
    0,
  );

describe('subtitles', () => {
  it('say every character in order, at times that do not overlap', async () => {
    await fc.assert(
      fc.asyncProperty(spokenSections, async (all) => {
        expectSaid(parseVtt(await write('vtt', all)), all);
        const spoken = parseVtt(await write('vtt-words', all));
        expect(spoken.map(({ start, end, text }) => ({ start, end, text }))).toEqual(
          parseVtt(await write('vtt', all)).map(({ start, end, text }) => ({ start, end, text })),
        );
      }),
    );
  });

  it('have the same cues in SubRip', async () => {
    await fc.assert(
      fc.asyncProperty(spokenSections, async (all) => {
        const cues = parseVtt(await write('vtt', all));
        fc.pre(cues.length > 0);
        expect(
          parseSrt(await write('srt', all)).map(({ start, end, text }) => ({ start, end, text })),
        ).toEqual(
          cues.map(({ start, end, text }) => ({ start, end, text: text.replaceAll(/-{2,}>/g, '->') })),
        );
      }),
    );
  });

  it('stay seven seconds at most, begin no line with a closing mark and end none with an opening one', async () => {
    await fc.assert(
      fc.asyncProperty(spokenSections, async (all) => {
        for (const cues of expectSaid(parseVtt(await write('vtt', all)), all)) {
          for (const { start, end } of cues) expect(end - start).toBeLessThanOrEqual(7000);
          const lines = cues.flatMap(({ text }) => text.split('\n'));
          for (const line of lines.slice(1)) expect(line).not.toMatch(/^[，。、！？：；）》]/u);
          for (const line of lines.slice(0, -1)) expect(line).not.toMatch(/[（《]$/u);
        }
      }),
    );
  });

  it('cut no Latin word, number, dash or ellipsis', async () => {
    const whole = (text: string) => text.match(/[\w.:/-]*\w[\w.:/-]*|——|……/g);
    await fc.assert(
      fc.asyncProperty(spokenSections, async (all) => {
        for (const [index, cues] of expectSaid(parseVtt(await write('vtt', all)), all).entries()) {
          const said = all.flatMap(({ segments }) => segments).filter(({ text }) => text.trim() !== '')[
            index
          ]!;
          expect(whole(cues.map(({ text }) => text).join('\n'))).toEqual(whole(said.text));
        }
      }),
    );
  });

  it('are as wide and as high as their style says, where words are not wider', async () => {
    const word = fc.constantFrom('今天', '，', 'word ', '3.5 ', 'コーヒー', '한국어 ', '。', 'ends. ');
    const style = fc.record({
      columns: fc.integer({ min: 10, max: 50 }),
      lines: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 80 }), style, async (words, { columns, lines }) => {
        // Closing marks stay with the word before them, however many.
        const text = words.join('').replaceAll(/[，。]{2,}/gu, '，');
        for (const cue of parseVtt(await write('vtt', one(segment(text)), { columns, lines }))) {
          const shown = cue.text.split('\n');
          expect(shown.length).toBeLessThanOrEqual(lines);
          for (const line of shown) expect(wide(line)).toBeLessThanOrEqual(columns);
        }
      }),
    );
  });

  it.each<[string, string, string[], Partial<SubtitleStyle>?]>([
    ['one line where it fits', 'Short enough for a line.', ['Short enough for a line.']],
    [
      'the end of a sentence before all else',
      'He was. Then, after all, he went.',
      ['He was.', 'Then, after all, he went.'],
      { columns: 25, lines: 1 },
    ],
    [
      'a clause before a space',
      'When all of them had gone, nobody knew the way.',
      ['When all of them had gone,', 'nobody knew the way.'],
      { columns: 30, lines: 1 },
    ],
    [
      'a space where there is no mark, evenly',
      'one two three four five six seven eight',
      ['one two three four/five six seven eight'],
      { columns: 24 },
    ],
    [
      'no break in a word, however long',
      `a ${'x'.repeat(30)} b`,
      ['a', 'x'.repeat(30), 'b'],
      { columns: 10, lines: 1 },
    ],
    [
      'no break in a number',
      '价格是3.5元和1,000,000元',
      ['价格是3.5元', '和1,000,000元'],
      { columns: 14, lines: 1 },
    ],
    [
      'no break in a Chinese number',
      '我们一共有三百五十六个人',
      ['我们一共有', '三百五十六个人'],
      { columns: 16, lines: 1 },
    ],
    [
      'no break in a date',
      '他们在二零二六年三月五日到了',
      ['他们在', '二零二六年三月五日', '到了'],
      { columns: 18, lines: 1 },
    ],
    [
      'no break after a title',
      'We all saw Mr. Smith today',
      ['We all saw', 'Mr. Smith today'],
      { columns: 16, lines: 1 },
    ],
    // GB/T 15834-2011, 5.1: marks at the edges of a line.
    [
      'no closing mark first',
      '今天天气很好，我们走吧',
      ['今天天气很好，', '我们走吧'],
      { columns: 14, lines: 1 },
    ],
    ['no opening mark last', '他说了《红楼梦》的事', ['他说了', '《红楼梦》的事'], { columns: 14, lines: 1 }],
    [
      'a dash stays whole',
      '我们等了很久——没有人来',
      ['我们等了很久——', '没有人来'],
      { columns: 16, lines: 1 },
    ],
    ['no middle dot at an edge', '他是约翰·马克', ['他是约', '翰·马克'], { columns: 8, lines: 1 }],
    // JIS X 4051: kinsoku.
    ['no small kana first', 'ともだちががっこうへ', ['ともだちが', 'がっこうへ'], { columns: 12, lines: 1 }],
    [
      'no prolonged sound mark first',
      'あついコーヒーをのむ',
      ['あついコー', 'ヒーをのむ'],
      { columns: 10, lines: 1 },
    ],
    [
      'Latin in Chinese stays whole',
      '我们使用Longhand转写',
      ['我们使用', 'Longhand转写'],
      { columns: 12, lines: 1 },
    ],
    [
      'Korean at its spaces',
      '오늘은 날씨가 매우 좋습니다',
      ['오늘은 날씨가', '매우 좋습니다'],
      { columns: 14, lines: 1 },
    ],
    [
      'French marks stay with their word',
      'Vous venez avec nous ? Oui !',
      ['Vous venez avec nous ?', 'Oui !'],
      { columns: 22, lines: 1 },
    ],
    [
      'no Thai vowel away from its consonant',
      'เราเดินทางไปเมืองไทย',
      ['เราเดินทาง', 'ไปเมืองไทย'],
      { columns: 10, lines: 1 },
    ],
  ])('have %s', async (_, text, expected, style) => {
    expect(await linesOf(text, style)).toEqual(expected);
  });

  it('break between the words of the recogniser, not inside them', async () => {
    const marked = '我们|在|北京大学|学习|人工智能|技术';
    const words = wordsOf(marked);
    const all = one(segment(marked.replaceAll('|', ''), 0, 6, words));
    const cues = parseVtt(await write('vtt', all, { columns: 16, lines: 1 }));
    expect(cues.map(({ start, end, text }) => [start, end, text])).toEqual([
      [0, 3000, '我们在北京大学'],
      [3000, 6000, '学习人工智能技术'].slice(0, 3),
    ]);
  });

  it('have the times of the words where a segment is split', async () => {
    const words: Word[] = [
      { start: 1, end: 2, text: 'First', probability: 1 },
      { start: 2, end: 2.5, text: ' one.', probability: 1 },
      { start: 4, end: 6, text: ' Second', probability: 1 },
      { start: 6, end: 7, text: ' one.', probability: 1 },
    ];
    const all = one(segment('First one. Second one.', 1, 7, words));
    const cues = parseVtt(await write('vtt', all, { columns: 12, lines: 1 }));
    expect(cues.map(({ start, end }) => [start, end])).toEqual([
      [1000, 2500],
      [4000, 7000],
    ]);
  });

  it('share the time of a segment by width where nobody knows its words', async () => {
    const cues = parseVtt(
      await write('vtt', one(segment('一二三四五，abcdefghijkl', 2, 8)), { columns: 12, lines: 1 }),
    );
    expect(cues.map(({ start, end }) => [start, end])).toEqual([
      [2000, 5000],
      [5000, 8000],
    ]);
  });

  it.each<[string, Segment[], [number, number][]]>([
    ['shortest', [segment('Yes', 1, 1.1)], [[1000, 1833]]],
    ['readable', [segment('x'.repeat(40), 1, 2)], [[1000, 3000]]],
    ['readable for wide text', [segment('字'.repeat(20), 1, 2)], [[1000, 3000]]],
    [
      'not into the next',
      [segment('x'.repeat(40), 1, 2), segment('y', 2.5, 4)],
      [
        [1000, 2500],
        [2500, 4000],
      ],
    ],
    [
      'as they are where there is no room',
      [segment('Yes', 1, 1.1), segment('No', 1.1, 3)],
      [
        [1000, 1100],
        [1100, 3000],
      ],
    ],
    ['longest', [segment('Yes', 1, 20)], [[1000, 8000]]],
    [
      'a millisecond at least',
      [segment('a', 1, 1), segment('b', 1, 3)],
      [
        [1000, 1001],
        [1001, 3000],
      ],
    ],
  ])('stay: %s', async (_, segments, expected) => {
    const cues = parseVtt(await write('vtt', one(...segments)));
    expect(cues.map(({ start, end }) => [start, end])).toEqual(expected);
  });

  it('do not stay beyond the recording', async () => {
    const [cue] = parseVtt(await write('vtt', one(segment('Yes', 1, 1.1)), {}, 1.5));
    expect(cue).toMatchObject({ start: 1000, end: 1500 });
  });

  it('show a gap as one cue for all its time', async () => {
    const gap = { code: 'LH_OUT_OF_MEMORY', message: 'The device has too little memory' };
    const chunk = {
      spans: [[0, 480_000]] as const,
      language: null,
      temperature: null,
      noSpeech: null,
      rung: null,
      gap,
    };
    const all = [{ segments: [segment('[ERROR: LH_OUT_OF_MEMORY]', 0, 30)], ...UNTOUCHED, chunks: [chunk] }];
    const cues = parseVtt(await write('vtt', all, { columns: 10, lines: 1 }));
    expect(cues).toEqual([{ start: 0, end: 30_000, text: '[ERROR: LH_OUT_OF_MEMORY]', spans: [] }]);
  });

  it('take milliseconds, whatever the text', { timeout: 30_000 }, async () => {
    const texts = ['字', 'ab ', 'x', '。', ' \u0301', ') ', '"', '１', '-', '👍🏽'];
    for (const piece of texts) {
      const cpu = process.cpuUsage();
      await write('srt', one(segment(`a${piece.repeat(10_000 / piece.length)}b`, 0, 30)), {
        columns: 120,
        lines: 3,
      });
      expect(process.cpuUsage(cpu).user, JSON.stringify(piece)).toBeLessThan(3_000_000);
    }
  });
});

describe('vtt-words', () => {
  it('lights up each word at its time', async () => {
    const words = wordsOf('And| so,| R&D|.');
    const file = await write('vtt-words', one(segment('And so, R&D.', 0, 4, words)));
    expect(file).toContain('\n\n00:00:00.000 --> 00:00:04.000\n<c>And</c><00:00:01.000><c> so,</c>');
    expect(parseVtt(file)).toEqual([
      {
        ...{ start: 0, end: 4000, text: 'And so, R&D.' },
        spans: [
          { from: 0, text: 'And' },
          { from: 1000, text: ' so,' },
          { from: 2000, text: ' R&D' },
          { from: 3000, text: '.' },
        ],
      },
    ]);
  });

  it('says in its spans all words in order, none before its time', async () => {
    await fc.assert(
      fc.asyncProperty(spokenSections, async (all) => {
        const cues = parseVtt(await write('vtt-words', all));
        for (const { text, spans } of cues) {
          const spoken = spans.map((span) => span.text).join('');
          expect(['', text.replaceAll('\n', '')]).toContain(spoken);
        }
      }),
    );
  });

  it('writes a segment without words plain', async () => {
    const [cue] = parseVtt(await write('vtt-words', one(segment('No words here'))));
    expect(cue).toEqual({ start: 0, end: 5000, text: 'No words here', spans: [] });
  });
});
