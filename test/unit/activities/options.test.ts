import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canonicalOptions, canonicalPriority, canonicalTenant } from '../../../activities/request/options.ts';

const coded = (code: string, shown = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(shown) as string });

describe('canonicalOptions', () => {
  it('decides every field', () => {
    expect(canonicalOptions({})).toEqual({
      language: 'auto',
      languages: [],
      languagePer: 'chunk',
      task: 'transcribe',
      prompt: null,
      hotwords: null,
      text: [
        { step: 'unicode', version: 1 },
        { step: 'guards', version: 1 },
      ],
      words: false,
      model: 'base',
      ladder: [],
      gaps: 'mark',
      formats: ['json', 'srt', 'tsv', 'txt', 'vtt'],
      out: null,
    });
  });

  it('takes the terms of the steps for hotwords, where none are named', () => {
    const text = [{ step: 'terms', terms: ['Kubernetes', { write: 'Longhand', heard: ['long hand'] }] }];
    expect(canonicalOptions({ text }).hotwords).toBe('Kubernetes, Longhand');
    expect(canonicalOptions({ text, hotwords: '' }).hotwords).toBeNull();
    expect(canonicalOptions({ text, hotwords: 'Temporal' }).hotwords).toBe('Temporal');
  });

  it('gives equal data for equal wishes', () => {
    const wanted = { language: ' EN ', formats: ['txt', 'JSON', 'txt '], out: 'some/folder/../folder' };
    const same = { language: 'en', formats: ['json', 'txt'], out: `${resolve('some/folder')}/` };
    expect(canonicalOptions(wanted)).toEqual(canonicalOptions(same));
  });

  it('keeps the order of a ladder, each rung once', () => {
    const ladder = ['int8', 'tiny.en:int8', 'fp32', 'BASE:int8', ' INT8@cpu', 'tiny.en@0d3d:INT8@CPU'];
    const names = ['int8', 'tiny.en:int8', 'fp32', 'int8@cpu', 'tiny.en@0d3d:int8@cpu'];
    expect(canonicalOptions({ ladder }).ladder).toEqual(names);
    expect(canonicalOptions({ ladder, model: 'tiny.en' }).ladder).toContain('base:int8');
  });

  it('names the output folder by a file URI that ends in a slash', () => {
    const { out } = canonicalOptions({ out: 'a folder/50%' });
    expect(out?.endsWith('/')).toBe(true);
    expect(fileURLToPath(out ?? '')).toBe(`${resolve('a folder/50%')}/`);
  });

  it.each(['klingon', '', 'en-GB', 'e'])('refuses the language %j', (language) => {
    expect(() => canonicalOptions({ language })).toThrow(coded('LH_LANGUAGE_UNKNOWN', `\`${language}\``));
  });

  it.each(['', '../base', 'a b', '-x'])('refuses the model %j', (model) => {
    expect(() => canonicalOptions({ model })).toThrow(coded('LH_MODEL_UNKNOWN', `\`${model}\``));
  });

  it.each([[['docx']], [['json', 'doc']], [['']], [[]]])('refuses the formats %j', (formats) => {
    expect(() => canonicalOptions({ formats })).toThrow(coded('LH_FORMAT_UNKNOWN'));
  });

  it('takes the formats that are asked for by name, vtt-words with words alone', () => {
    const formats = ['vtt-words', 'TXT-times', 'md', 'txt-paragraphs', 'report'];
    expect(canonicalOptions({ formats, words: true }).formats).toEqual([
      'md',
      'report',
      'txt-paragraphs',
      'txt-times',
      'vtt-words',
    ]);
    expect(() => canonicalOptions({ formats })).toThrow(coded('LH_OPTION_INVALID', '`words`'));
  });

  it('decides all of the style of subtitles, and leaves the default out', () => {
    const style = { columns: 32, lines: 2, speed: 20, shortest: 0.833, longest: 7 };
    expect(canonicalOptions({ subtitles: { columns: 32 } }).subtitles).toEqual(style);
    for (const subtitles of [{}, { columns: 42, lines: 2, speed: 20 }, { speed: undefined }]) {
      expect(canonicalOptions({ subtitles })).toEqual(canonicalOptions({}));
    }
    for (const subtitles of [
      { columns: 10, lines: 1, speed: 5 },
      { columns: 120, lines: 3, speed: 60 },
    ]) {
      expect(canonicalOptions({ subtitles }).subtitles).toMatchObject(subtitles);
    }
  });

  it.each<Record<string, unknown>>([
    { columns: 9 },
    { columns: 121 },
    { columns: 42.5 },
    { columns: '42' },
    { lines: 0 },
    { lines: 4 },
    { speed: 4 },
    { speed: 61 },
    { speed: NaN },
    { longest: 9 },
    { toString: 1 },
  ])('refuses the subtitles %j', (subtitles) => {
    const [name = ''] = Object.keys(subtitles);
    expect(() => canonicalOptions({ subtitles })).toThrow(
      coded('LH_OPTION_INVALID', `\`subtitles.${name}\``),
    );
  });

  it('sorts the languages that are allowed; one alone is given, and what is given holds everywhere', () => {
    const spoken = (wanted: Parameters<typeof canonicalOptions>[0]) => {
      const { language, languages, languagePer } = canonicalOptions(wanted);
      return { language, languages, languagePer };
    };
    expect(spoken({ languages: ['zh', ' EN', 'zh'], languagePer: 'file' })).toEqual({
      language: 'auto',
      languages: ['en', 'zh'],
      languagePer: 'file',
    });
    const english = { language: 'en', languages: [], languagePer: 'chunk' };
    expect(spoken({ languages: ['en'], languagePer: 'file' })).toEqual(english);
    expect(spoken({ language: 'en', languagePer: 'file' })).toEqual(english);
  });

  it.each([
    { language: 'en', languages: ['en', 'zh'] },
    { languages: ['auto', 'zh'] },
    { languagePer: 'section' },
    { task: 'summarize' },
  ])('refuses %j', (wanted) => {
    expect(() => canonicalOptions(wanted)).toThrow(coded('LH_OPTION_INVALID', 'Expected'));
  });

  it('trims prompt and hotwords, and takes blank ones for none', () => {
    const { prompt, hotwords } = canonicalOptions({ prompt: ' Longhand 很好 👍🏽\u00a0', hotwords: ' ' });
    expect([prompt, hotwords]).toEqual(['Longhand 很好 👍🏽', null]);
  });

  it.each(['a\nb', 'a\u0000', '\ud800', 'x'.repeat(2001)])('refuses the prompt %j', (prompt) => {
    expect(() => canonicalOptions({ prompt })).toThrow(coded('LH_OPTION_INVALID', '`prompt`'));
    expect(() => canonicalOptions({ hotwords: prompt })).toThrow(coded('LH_OPTION_INVALID', '`hotwords`'));
  });

  it('refuses a rung that is none, too many of them, a policy that there is not, and an empty folder', () => {
    for (const rung of ['int4', '', 'tiny.en', 'int8@cuda', ':int8', 'a b:int8', 'tiny.en:int8:int8']) {
      expect(() => canonicalOptions({ ladder: [rung] })).toThrow(coded('LH_OPTION_INVALID', `\`${rung}\``));
    }
    const models = Array.from({ length: 9 }, (_, index) => `m${index}:int8`);
    expect(() => canonicalOptions({ ladder: models })).toThrow(coded('LH_OPTION_INVALID', 'got 9'));
    expect(() => canonicalOptions({ gaps: 'skip' })).toThrow(coded('LH_OPTION_INVALID', '`skip`'));
    expect(() => canonicalOptions({ out: '' })).toThrow(coded('LH_OPTION_INVALID', '`out`'));
  });
});

describe('canonicalTenant', () => {
  it('is null where there is none', () => {
    expect(canonicalTenant(undefined)).toBeNull();
    expect(canonicalTenant("O'Brien & Söhne")).toBe("O'Brien & Söhne");
  });

  it.each(['', 'a\nb', '\u0000', 'a\ud800', 'a\ufffd', 'x'.repeat(65), '客'.repeat(22)])(
    'refuses %j',
    (tenant) => {
      expect(() => canonicalTenant(tenant)).toThrow(coded('LH_OPTION_INVALID', '`tenant`'));
    },
  );
});

describe('canonicalPriority', () => {
  it('is normal where none is named, and refuses what is none', () => {
    expect([canonicalPriority(undefined), canonicalPriority('Batch')]).toEqual(['normal', 'batch']);
    for (const priority of ['urgent', '', '1']) {
      expect(() => canonicalPriority(priority)).toThrow(coded('LH_OPTION_INVALID', '`priority`'));
    }
  });
});
