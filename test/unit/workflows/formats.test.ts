import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Format, SectionTranscript, Segment, Transcript } from '../../../workflows/contract.ts';
import { report } from '../../../workflows/formats/report.ts';
import { WRITERS } from '../../../workflows/formats/writers.ts';
import { merge } from '../../../workflows/merge.ts';
import { unpackSection } from '../../../workflows/unpack.ts';
import { outcome, rung } from './arbitraries.ts';
import { parseSrt } from './parse-srt.ts';
import { parseVtt } from './parse-vtt.ts';
import { expectSaid } from './read-back.ts';
import { eachOf, header, reportHeader, textOf, UNTOUCHED } from './transcripts.ts';

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
  { segments: texts.map((text) => segment(text)), ...UNTOUCHED },
];

const sections = fc.array(
  fc.array(outcome, { maxLength: 3 }).map((all) => unpackSection(merge(all))),
  { maxLength: 3 },
);
const segmentsOf = (all: readonly SectionTranscript[]) => all.flatMap(({ segments }) => segments);
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
        const { segments, dropped, chunks, ...rest } = JSON.parse(text) as Transcript;
        expect(rest).toEqual(header);
        expect(dropped).toEqual([]);
        expect(chunks).toEqual(all.flatMap((one, section) => one.chunks.map((own) => ({ section, ...own }))));
        expect(segments.map((one) => ({ ...one, chunk: 0 }))).toEqual(
          segmentsOf(all).map((one) => ({ ...one, chunk: 0 })),
        );
        const ownChunks = all.flatMap((section) => section.segments.map((one) => section.chunks[one.chunk]));
        expect(segments.map((one) => chunks[one.chunk]!.spans)).toEqual(ownChunks.map((one) => one!.spans));
        expect(text.endsWith('}\n')).toBe(true);
      }),
    );
  });

  it('renumbers the chunks of later sections', async () => {
    const chunk = {
      spans: [[0, 1]] as const,
      language: 'en',
      temperature: 0,
      noSpeech: 0,
      rung: null,
      gap: null,
    };
    const all = [
      { ...UNTOUCHED, segments: [{ ...segment('x'), chunk: 1 }], chunks: [chunk, chunk] },
      { ...UNTOUCHED, segments: [segment('x')], chunks: [chunk] },
    ];
    const { segments } = JSON.parse(await write('json', all)) as Transcript;
    expect(segments.map((one) => one.chunk)).toEqual([1, 2]);
  });

  it('has the same bytes whatever the order of the fields in the store', async () => {
    const { start, end, ...others } = segment('x');
    const all = saying('x');
    expect(await write('json', [{ segments: [{ ...others, end, start }], ...UNTOUCHED }])).toBe(
      await write('json', all),
    );
  });

  it('keeps every text as it is', async () => {
    const { segments } = JSON.parse(await write('json', saying(...AWKWARD, ...BROKEN))) as Transcript;
    expect(segments.map(({ text }) => text)).toEqual([...AWKWARD, ...BROKEN]);
  });

  it('is whole where nothing was said', async () => {
    expect(JSON.parse(await write('json', []))).toEqual({ ...header, segments: [], dropped: [], chunks: [] });
  });
});

describe('srt', () => {
  it('parses back to numbered cues with the texts of the segments, where they are', async () => {
    await fc.assert(
      fc.asyncProperty(sections, async (all) => {
        fc.pre(segmentsOf(all).every(({ text }) => !text.includes('-->')) && segmentsOf(all).length > 0);
        const cues = parseSrt(await write('srt', all));
        expect(cues.map(({ number }) => number)).toEqual(cues.map((_, index) => index + 1));
        expectSaid(cues, all);
      }),
    );
  });

  it('counts hours beyond a day', async () => {
    const all = [{ segments: [segment('x', 359_999.999, 360_000)], ...UNTOUCHED }];
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
    expect(await write('srt', [{ segments: [], ...UNTOUCHED }])).toBe('1\n00:00:00,000 --> 00:00:12,345\n\n');
  });
});

describe('vtt', () => {
  it('parses back to cues with the texts of the segments, where they are', async () => {
    await fc.assert(
      fc.asyncProperty(sections, async (all) => {
        const cues = parseVtt(await write('vtt', all));
        expectSaid(cues, all);
        expect(cues.flatMap(({ spans }) => spans)).toEqual([]);
      }),
    );
  });

  it('counts hours beyond a day', async () => {
    const all = [{ segments: [segment('x', 359_999.999, 360_000)], ...UNTOUCHED }];
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

describe('txt-times', () => {
  it('has a line for each segment, with its time', async () => {
    await fc.assert(
      fc.asyncProperty(sections, async (all) => {
        const lines = (await write('txt-times', all)).split('\n').slice(0, -1);
        const read = lines.map((line) => /^\[(\d{2,}):(\d\d):(\d\d)\.(\d{3})\] (.+)$/u.exec(line)?.slice(1));
        const expected = segmentsOf(all).map(({ start, text }) => [Math.round(start * 1000), text]);
        if (expected.length === 0) expect(lines).toEqual(['[no speech]']);
        else {
          expect(
            read.map((fields) => {
              const [h = 0, m = 0, s = 0, ms = 0] = (fields ?? []).slice(0, 4).map(Number);
              return [((h * 60 + m) * 60 + s) * 1000 + ms, fields?.[4]];
            }),
          ).toEqual(expected);
        }
      }),
    );
  });

  it('keeps a text on its line', async () => {
    expect(await write('txt-times', saying(...BROKEN))).toBe('[00:00:00.000] a b\n'.repeat(BROKEN.length));
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
