import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Format, SectionTranscript, Segment, Transcript } from '../../../workflows/contract.ts';
import { report } from '../../../workflows/formats/report.ts';
import { WRITERS } from '../../../workflows/formats/writers.ts';
import { merge } from '../../../workflows/merge.ts';
import { unpackSection } from '../../../workflows/words.ts';
import { outcome, rung } from './arbitraries.ts';
import { parseSrt } from './parse-srt.ts';
import { parseVtt } from './parse-vtt.ts';
import { eachOf, header, reportHeader, textOf } from './transcripts.ts';

const write = (format: Exclude<Format, 'report'>, all: readonly SectionTranscript[]): Promise<string> =>
  textOf(WRITERS[format]({ header, sections: eachOf(all) }));

const segment = (text: string, start = 0, end = 1): Segment => ({
  start,
  end,
  text,
  language: 'en',
  confidence: 1,
  chunk: 0,
});
const saying = (...texts: string[]): SectionTranscript[] => [
  { segments: texts.map((text) => segment(text)), chunks: [] },
];

const sections = fc.array(
  fc.array(outcome, { maxLength: 3 }).map((all) => unpackSection(merge(all))),
  { maxLength: 3 },
);
const segmentsOf = (all: readonly SectionTranscript[]) => all.flatMap(({ segments }) => segments);
/** What a subtitle of each segment shows, and when, in milliseconds. */
const cuesOf = (all: readonly SectionTranscript[]) =>
  segmentsOf(all).map(({ start, end, text }) => ({
    start: Math.round(start * 1000),
    end: Math.max(Math.round(start * 1000) + 1, Math.round(end * 1000)),
    text,
  }));

/** Texts that a format would take for something else. */
const AWKWARD = [
  '1',
  '00:00:00,000 --> 00:00:01,000',
  'a --> b',
  '<b>R&D</b> &amp; {\\an8}',
  'NOTE this',
  'WEBVTT',
  '"quoted',
  "'quoted",
  '[no speech]',
  ' \u00a0 spaced  out\u00a0 ',
];
/** Line breaks and controls, all that some reader parts lines or fields at. */
const BROKEN = ['a\nb', 'a\r\n\r\nb', 'a\tb', 'a\u2028b', 'a\u2029b', 'a\u0085b', 'a\vb', 'a\fb', '\na\0b\n'];

describe('json', () => {
  it('parses back to the transcript, its chunks counted over all sections', async () => {
    await fc.assert(
      fc.asyncProperty(sections, async (all) => {
        const text = await write('json', all);
        const { segments, chunks, ...rest } = JSON.parse(text) as Transcript;
        expect(rest).toEqual(header);
        expect(chunks).toEqual(all.flatMap((section) => section.chunks));
        expect(segments.map((one) => ({ ...one, chunk: 0 }))).toEqual(
          segmentsOf(all).map((one) => ({ ...one, chunk: 0 })),
        );
        const ownChunks = all.flatMap((section) => section.segments.map((one) => section.chunks[one.chunk]));
        expect(segments.map((one) => chunks[one.chunk])).toEqual(ownChunks);
        expect(text.endsWith('}\n')).toBe(true);
      }),
    );
  });

  it('renumbers the chunks of later sections', async () => {
    const chunk = { spans: [[0, 1]] as const, language: 'en', temperature: 0, rung: null, gap: null };
    const all = [
      { segments: [{ ...segment('x'), chunk: 1 }], chunks: [chunk, chunk] },
      { segments: [segment('x')], chunks: [chunk] },
    ];
    const { segments } = JSON.parse(await write('json', all)) as Transcript;
    expect(segments.map((one) => one.chunk)).toEqual([1, 2]);
  });

  it('has the same bytes whatever the order of the fields in the store', async () => {
    const { start, end, ...others } = segment('x');
    const all = saying('x');
    expect(await write('json', [{ segments: [{ ...others, end, start }], chunks: [] }])).toBe(
      await write('json', all),
    );
  });

  it('keeps every text as it is', async () => {
    const { segments } = JSON.parse(await write('json', saying(...AWKWARD, ...BROKEN))) as Transcript;
    expect(segments.map(({ text }) => text)).toEqual([...AWKWARD, ...BROKEN]);
  });

  it('is whole where nothing was said', async () => {
    expect(JSON.parse(await write('json', []))).toEqual({ ...header, segments: [], chunks: [] });
  });
});

describe('srt', () => {
  it('parses back to numbered cues with the times of the segments', async () => {
    await fc.assert(
      fc.asyncProperty(sections, async (all) => {
        fc.pre(segmentsOf(all).length > 0);
        expect(parseSrt(await write('srt', all))).toEqual(
          cuesOf(all).map((cue, index) => ({ number: index + 1, ...cue })),
        );
      }),
    );
  });

  it('counts hours beyond a day', async () => {
    const all = [{ segments: [segment('x', 359_999.999, 360_000)], chunks: [] }];
    expect(await write('srt', all)).toBe('1\n99:59:59,999 --> 100:00:00,000\nx\n');
  });

  it('keeps a text on one line, and its arrows from being read as times', async () => {
    const cues = parseSrt(await write('srt', saying(...AWKWARD, ...BROKEN)));
    expect(cues.map(({ text }) => text)).toEqual([
      ...AWKWARD.map((text) => text.replace('-->', '->').trim()),
      ...BROKEN.map(() => 'a b'),
    ]);
  });

  it('is one cue without text where nothing was said', async () => {
    expect(await write('srt', [{ segments: [], chunks: [] }])).toBe('1\n00:00:00,000 --> 00:00:12,345\n\n');
  });
});

describe('vtt', () => {
  it('parses back to cues with the times of the segments', async () => {
    await fc.assert(
      fc.asyncProperty(sections, async (all) => {
        expect(parseVtt(await write('vtt', all))).toEqual(cuesOf(all));
      }),
    );
  });

  it('counts hours beyond a day', async () => {
    const all = [{ segments: [segment('x', 359_999.999, 360_000)], chunks: [] }];
    expect(await write('vtt', all)).toBe('WEBVTT\n\n99:59:59.999 --> 100:00:00.000\nx\n');
  });

  it('keeps a text on one line, and escapes what is markup', async () => {
    const file = await write('vtt', saying(...AWKWARD, ...BROKEN));
    expect(parseVtt(file).map(({ text }) => text)).toEqual([
      ...AWKWARD.map((text) => text.trim()),
      ...BROKEN.map(() => 'a b'),
    ]);
    expect(file).toContain('\n&lt;b&gt;R&amp;D&lt;/b&gt; &amp;amp; {\\an8}\n');
    expect(file).toContain('\na --&gt; b\n');
  });

  it('is a header and an empty line where nothing was said', async () => {
    expect(await write('vtt', [])).toBe('WEBVTT\n\n');
  });
});

describe('tsv', () => {
  const read = (file: string): string[][] => parse(file, { delimiter: '\t', quote: null });

  it('parses back to the times of the segments, in milliseconds', async () => {
    await fc.assert(
      fc.asyncProperty(sections, async (all) => {
        expect(read(await write('tsv', all))).toEqual([
          ['start', 'end', 'text'],
          ...segmentsOf(all).map(({ start, end, text }) => [
            String(Math.round(start * 1000)),
            String(Math.round(end * 1000)),
            text,
          ]),
        ]);
      }),
    );
  });

  it('keeps a text in its field', async () => {
    const [, ...rows] = read(await write('tsv', saying(...AWKWARD, ...BROKEN)));
    expect(rows.map(([, , text]) => text)).toEqual([
      ...AWKWARD.map((text) => text.trim()),
      ...BROKEN.map(() => 'a b'),
    ]);
  });

  it('is its header where nothing was said', async () => {
    expect(await write('tsv', [])).toBe('start\tend\ttext\n');
  });
});

describe('txt', () => {
  it('has a line for each segment', async () => {
    await fc.assert(
      fc.asyncProperty(sections, async (all) => {
        const lines = (await write('txt', all)).split('\n');
        const texts = segmentsOf(all).map(({ text }) => text);
        expect(lines).toEqual([...(texts.length > 0 ? texts : ['[no speech]']), '']);
      }),
    );
  });

  it('keeps a text on its line', async () => {
    expect(await write('txt', saying(...BROKEN))).toBe('a b\n'.repeat(BROKEN.length));
  });
});

describe('the run report', () => {
  it('parses back to the report, the chunks of all sections one after the other', async () => {
    const [first, second] = [24_000, 48_000].map((end) => ({
      spans: [[0, end]] as const,
      tries: [
        {
          model: rung.model,
          precision: rung.precision,
          queue: rung.queue,
          language: 'auto',
          run: { attempt: 1, worker: 'gpu.cpu 7@host', device: 'cpu', seconds: 0.25, found: false },
          failure: null,
        },
      ],
    }));
    if (!first || !second) throw new Error('two chunks');
    const file = await textOf(report(reportHeader, eachOf([{ chunks: [first] }, { chunks: [second] }])()));
    expect(JSON.parse(file)).toEqual({ ...reportHeader, chunks: [first, second] });
    expect(file.endsWith('}\n')).toBe(true);
  });
});
