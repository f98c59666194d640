import { Parser, type Node } from 'commonmark';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SectionTranscript, Segment } from '../../../workflows/contract.ts';
import { WRITERS } from '../../../workflows/formats/writers.ts';
import { spokenSections } from './spoken-text.ts';
import { eachOf, header, textOf, UNTOUCHED } from './transcripts.ts';

const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const gapChunk = {
  ...{ spans: [[0, 1]] as const, language: null, temperature: null, noSpeech: null, rung: null },
  gap: { code: 'LH_OUT_OF_MEMORY', message: 'The device has too little memory' },
};

const write = (format: 'txt-paragraphs' | 'md', all: readonly SectionTranscript[], name = 'talk.mp3') =>
  textOf(
    WRITERS[format]({ header: { ...header, source: { ...header.source, name } }, sections: eachOf(all) }),
  );
/** Segments as `start end text`. */
const said = (...lines: string[]): SectionTranscript[] => [
  {
    segments: lines.map((line): Segment => {
      const [, start, end, text = ''] = /^(\S+) (\S+) (.*)$/su.exec(line) ?? [];
      return { start: Number(start), end: Number(end), text, language: 'en', confidence: 1, chunk: 0 };
    }),
    ...UNTOUCHED,
  },
];
const letters = (text: string): string => text.replaceAll(CONTROLS, ' ').replaceAll(/\s/gu, '');

describe('txt-paragraphs', () => {
  it.each<[string, string[], string[]]>([
    ['joins segments with a space', ['0 1 It was', '1 2 so.'], ['It was so.']],
    ['joins Chinese without one', ['0 1 今天天气', '1 2 很好。', '2 3 我们走吧'], ['今天天气很好。我们走吧']],
    ['sets no space beside a full-width mark', ['0 1 他说，', '1 2 OK'], ['他说，OK']],
    ['sets one between Chinese and Latin', ['0 1 我们用', '1 2 Longhand'], ['我们用 Longhand']],
    ['joins Korean with a space', ['0 1 오늘은', '1 2 좋습니다'], ['오늘은 좋습니다']],
    ['begins a new one after a pause', ['0 1 It was so.', '3 4 Then'], ['It was so.', 'Then']],
    ['but not after a short one', ['0 1 It was so.', '2.9 4 Then'], ['It was so. Then']],
    ['nor within a sentence', ['0 1 It was', '9 10 so.'], ['It was so.']],
    ['nor after a title', ['0 1 We saw Mr.', '9 10 Smith.'], ['We saw Mr. Smith.']],
    ['sees the end of a sentence behind a quote', ['0 1 他说：“好。”', '4 5 走吧'], ['他说：“好。”', '走吧']],
    ['keeps each text on its line', ['0 1 a\nb', '1 2 c'], ['a b c']],
  ])('%s', async (_, lines, paragraphs) => {
    expect(await write('txt-paragraphs', said(...lines))).toBe(`${paragraphs.join('\n\n')}\n`);
  });

  it('begins a new one at the end of a sentence after 600 columns', async () => {
    const long = '字'.repeat(300);
    const lines = ['0 1 一。', `1 2 ${long}`, '2 3 完。', '3 4 新'];
    expect(await write('txt-paragraphs', said(...lines))).toBe(`一。${long}完。\n\n新\n`);
  });

  it('begins a new one after 1,200 columns where there are no marks', async () => {
    const lines = Array.from({ length: 5 }, (_, index) => `${index} ${index + 1} ${'字'.repeat(300)}`);
    expect(await write('txt-paragraphs', said(...lines))).toBe(
      `${'字'.repeat(600)}\n\n${'字'.repeat(600)}\n\n${'字'.repeat(300)}\n`,
    );
  });

  it('gives a gap a paragraph of its own', async () => {
    const [{ segments } = { segments: [] }] = said('0 1 It', '1 2 [ERROR: LH_OUT_OF_MEMORY]', '2 3 was');
    const chunk = { ...gapChunk, gap: null };
    const all = [
      {
        segments: segments.map((one, at) => ({ ...one, chunk: at })),
        ...UNTOUCHED,
        chunks: [chunk, gapChunk, chunk],
      },
    ];
    expect(await write('txt-paragraphs', all)).toBe('It\n\n[ERROR: LH_OUT_OF_MEMORY]\n\nwas\n');
  });

  it('loses no character', async () => {
    await fc.assert(
      fc.asyncProperty(spokenSections, async (all) => {
        const file = await write('txt-paragraphs', all);
        const texts = letters(all.flatMap(({ segments }) => segments.map(({ text }) => text)).join(''));
        expect(letters(file)).toBe(texts === '' ? '[nospeech]' : texts);
        expect(file).not.toMatch(/\n{3}|^\n/u);
      }),
    );
  });

  it('says so where nothing was said', async () => {
    expect(await write('txt-paragraphs', [])).toBe('[no speech]\n');
  });
});

interface Block {
  readonly type: string;
  readonly strong: string;
  readonly text: string;
  /** What is in it but text. */
  readonly other: readonly string[];
}

/** The blocks of a CommonMark document. */
function blocksOf(markdown: string): Block[] {
  const document = new Parser().parse(markdown);
  const blocks: Block[] = [];
  for (let block: Node | null = document.firstChild; block; block = block.next) {
    const walker = block.walker();
    let strong = '';
    let text = '';
    const other: string[] = [];
    for (let event = walker.next(); event; event = walker.next()) {
      const { node } = event;
      if (node.type === 'text') {
        if (node.parent?.type === 'strong') strong += node.literal ?? '';
        else text += node.literal ?? '';
      } else if (event.entering && node !== block) other.push(node.type);
    }
    blocks.push({ type: block.type, strong, text, other });
  }
  return blocks;
}

describe('md', () => {
  it('gives CommonMark the title, and the text and times of the paragraphs', async () => {
    const all = said('0 1 It was so.', '3661.5 3662 Then');
    expect(await write('md', all)).toBe('# talk.mp3\n\n**00:00:00** It was so.\n\n**01:01:01** Then\n');
    expect(blocksOf(await write('md', all))).toEqual([
      { type: 'heading', strong: '', text: 'talk.mp3', other: [] },
      { type: 'paragraph', strong: '00:00:00', text: ' It was so.', other: ['strong'] },
      { type: 'paragraph', strong: '01:01:01', text: ' Then', other: ['strong'] },
    ]);
  });

  it.each([
    '*a* _b_ **c** `d` ~~e~~',
    '[a](b) ![c](d) <https://example.org> [e]: f',
    '<b>R&D</b> &amp; &#35; &copy;',
    '\\* \\\\ \\',
    '# no heading #',
    '| a | b |',
    '1. one',
    '- one',
    '> quoted',
    '``` js',
    '---',
    'two  spaces',
    '$x_1$',
  ])('has %j as it is', async (text) => {
    const [title, paragraph, ...others] = blocksOf(await write('md', said(`0 1 ${text}`), text));
    expect(title).toMatchObject({ type: 'heading', text, other: [] });
    expect(paragraph).toMatchObject({ type: 'paragraph', text: ` ${text}`, other: ['strong'] });
    expect(others).toEqual([]);
  });

  it('has the paragraphs of txt-paragraphs, whatever they say', async () => {
    await fc.assert(
      fc.asyncProperty(spokenSections, async (all) => {
        const paragraphs = (await write('txt-paragraphs', all)).slice(0, -1).split('\n\n');
        const [, ...blocks] = blocksOf(await write('md', all));
        expect(blocks.map(({ text }) => text.trimStart())).toEqual(paragraphs);
      }),
    );
  });

  it('says so where nothing was said', async () => {
    expect(blocksOf(await write('md', []))[1]).toMatchObject({ type: 'paragraph', text: '[no speech]' });
  });
});
