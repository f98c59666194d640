import { describe, expect, it } from 'vitest';
import { optionsOf, rawSections, readTranscript } from '../../../client/transcript-document.ts';
import type { Transcript } from '../../../workflows/contract.ts';
import { header } from '../workflows/transcripts.ts';

const word = (text: string, start: number) => ({ start, end: start + 1, text, probability: 0.5 });
const said = (text: string, start: number, chunk: number) => ({
  ...{ start, end: start + 2, text, language: 'en', confidence: 0.9, chunk },
});
const chunk = (section: number) => ({
  ...{ section, spans: [[0, 16_000]] as const, language: 'en', temperature: 0, noSpeech: 0.1 },
  ...{ rung: null, gap: null },
});
const document: Transcript = {
  ...header,
  segments: [
    { ...said('2', 0, 0), words: [word('2', 0)], raw: { text: 'two', words: [word('t', 0), word('wo', 1)] } },
    said('three', 9, 2),
  ],
  dropped: [
    { ...said('um', 3, 0), before: 1, reason: { step: 'fillers', rule: 'filler' } },
    { ...said('uh', 12, 2), before: 2, reason: { step: 'fillers', rule: 'filler' } },
  ],
  // Between the two sections lies one in which nobody speaks.
  chunks: [chunk(0), chunk(2), chunk(2)],
};

const read = (changed: object): Transcript => {
  const transcript = readTranscript(JSON.stringify({ ...document, ...changed }));
  optionsOf(transcript);
  rawSections(transcript);
  return transcript;
};

describe('a json output', () => {
  it('has its sections as they were heard', () => {
    const texts = rawSections(read({})).map(({ segments }) => segments.map((one) => [one.text, one.chunk]));
    expect(texts).toEqual([
      [
        ['two', 0],
        ['um', 0],
      ],
      [],
      [
        ['three', 1],
        ['uh', 1],
      ],
    ]);
    expect(rawSections(document)[0]?.segments[0]?.words).toEqual([
      [0, 1, 1, 50],
      [1, 2, 2, 50],
    ]);
  });

  it('has one section where nothing was said', () => {
    expect(rawSections(read({ segments: [], dropped: [], chunks: [] }))).toEqual([
      { segments: [], chunks: [] },
    ]);
  });

  it('has the options that it was made with', () => {
    const { gaps, formats, out, text, ...options } = optionsOf(document);
    expect([gaps, formats, out]).toEqual(['mark', ['json'], null]);
    expect(text).toBeDefined();
    expect({ ...options, text: document.options.text }).toEqual(document.options);
    const subtitles = { columns: 32, lines: 2, speed: 20, shortest: 0.833, longest: 7 };
    const styled = read({ options: { ...document.options, subtitles, hotwords: 'Longhand' } });
    expect(optionsOf(styled)).toMatchObject({ subtitles, hotwords: 'Longhand' });
  });

  const [first] = document.segments;
  it.each<[string, object]>([
    ['longhand/transcript/2, got "longhand/transcript/1"', { schema: 'longhand/transcript/1' }],
    ['`source`', { source: undefined }],
    ['`source`', { source: { ...document.source, name: '' } }],
    ['`source`', { source: { ...document.source, sha256: '../../x' } }],
    ['`duration`', { duration: '12' }],
    ['`duration`', { duration: 1e9 }],
    ['`language`', { language: 7 }],
    ['`options`', { options: null }],
    ['`model`', { options: { ...document.options, model: 'a/b' } }],
    ['`ladder`', { options: { ...document.options, ladder: ['int4'] } }],
    ['`segments` to be a list', { segments: {} }],
    ['`dropped` to be a list', { dropped: null }],
    ['`chunks` to be a list', { chunks: undefined }],
    ['the chunk of what is said at 0 s', { chunks: [] }],
    ['its section and its spans', { chunks: [{ ...chunk(0), section: 1e9 }] }],
    ['its section and its spans', { chunks: [{ ...chunk(0), spans: null }] }],
    ['start and end in seconds', { segments: [{ ...first, start: '0' }] }],
    ['start and end in seconds', { segments: [{ ...first, end: -1 }] }],
    ['text at 0 s', { segments: [{ ...first, raw: undefined, text: 2 }] }],
    [
      'words at 0 s to join to their text',
      { segments: [{ ...first, raw: undefined, words: [word('3', 0)] }] },
    ],
  ])('is refused: expected %s', (message, changed) => {
    expect(() => read(changed)).toThrow(message);
  });
});
