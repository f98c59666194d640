import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Format, SectionTranscript, Transcript } from '../../../workflows/contract.ts';
import type { TranscriptHeader } from '../../../workflows/formats/format.ts';
import { WRITERS } from '../../../workflows/formats/writers.ts';
import { merge } from '../../../workflows/merge.ts';
import { outcome } from './arbitraries.ts';
import { parseSrt } from './parse-srt.ts';

const header: TranscriptHeader = {
  schema: 'longhand/transcript/1',
  source: { name: 'talk “1”.mp3', sha256: 'ab'.repeat(32) },
  duration: 12.345,
  language: 'en',
  options: { language: 'auto', model: 'base', precisions: ['int8'] },
};

async function write(format: Format, sections: readonly SectionTranscript[]): Promise<string> {
  let text = '';
  const read = async function* () {
    yield* await Promise.resolve(sections);
  };
  for await (const piece of WRITERS[format]({ header, sections: read })) text += piece;
  return text;
}

const sections = fc.array(fc.array(outcome, { maxLength: 3 }).map(merge), { maxLength: 3 });
const segmentsOf = (all: readonly SectionTranscript[]) => all.flatMap(({ segments }) => segments);

describe('json', () => {
  it('parses back to the transcript, its chunks counted over all sections', async () => {
    await fc.assert(
      fc.asyncProperty(sections, async (all) => {
        const text = await write('json', all);
        const { segments, chunks, ...rest } = JSON.parse(text) as Transcript;
        expect(rest).toEqual(header);
        expect(chunks).toEqual(all.flatMap((section) => section.chunks));
        expect(segments.map((segment) => ({ ...segment, chunk: 0 }))).toEqual(
          segmentsOf(all).map((segment) => ({ ...segment, chunk: 0 })),
        );
        const ownChunks = all.flatMap((section) =>
          section.segments.map((segment) => section.chunks[segment.chunk]),
        );
        expect(segments.map((segment) => chunks[segment.chunk])).toEqual(ownChunks);
        expect(text.endsWith('}\n')).toBe(true);
      }),
    );
  });

  it('renumbers the chunks of later sections', async () => {
    const segment = { start: 0, end: 1, text: 'x', language: 'en', confidence: 1 };
    const chunk = { spans: [[0, 1]] as const, language: 'en', rung: null, gap: null };
    const all = [
      { segments: [{ ...segment, chunk: 1 }], chunks: [chunk, chunk] },
      { segments: [{ ...segment, chunk: 0 }], chunks: [chunk] },
    ];
    const { segments } = JSON.parse(await write('json', all)) as Transcript;
    expect(segments.map((one) => one.chunk)).toEqual([1, 2]);
  });

  it('is whole where nothing was said', async () => {
    expect(JSON.parse(await write('json', []))).toEqual({ ...header, segments: [], chunks: [] });
  });
});

describe('srt', () => {
  it('parses back to numbered cues with the times of the segments', async () => {
    await fc.assert(
      fc.asyncProperty(sections, async (all) => {
        expect(parseSrt(await write('srt', all))).toEqual(
          segmentsOf(all).map(({ start, end, text }, index) => ({
            number: index + 1,
            start: Math.round(start * 1000),
            end: Math.round(end * 1000),
            text,
          })),
        );
      }),
    );
  });

  it('counts hours beyond a day', async () => {
    const segment = { start: 359_999.999, end: 360_000, text: 'x', language: 'en', confidence: 1, chunk: 0 };
    expect(await write('srt', [{ segments: [segment], chunks: [] }])).toBe(
      '1\n99:59:59,999 --> 100:00:00,000\nx\n',
    );
  });

  it('is empty where nothing was said', async () => {
    expect(await write('srt', [{ segments: [], chunks: [] }])).toBe('');
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
});
