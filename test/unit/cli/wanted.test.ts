import { describe, expect, it } from 'vitest';
import { wantedOptions } from '../../../client/cli/wanted.ts';

/** A home without added models, on the embedded server. */
const HERE = { home: '/nowhere', address: null };

describe('wantedOptions', () => {
  it('hands on what was said, and nothing else', () => {
    expect(wantedOptions({}, HERE)).toEqual({});
    const flags = {
      language: 'en',
      model: 'base',
      ladder: ['int8'],
      formats: ['srt'],
      key: 'k',
      tenant: 't',
      priority: 'batch' as const,
      task: 'translate',
      prompt: 'p',
      hotwords: 'h',
      words: true as const,
    };
    expect(wantedOptions(flags, HERE)).toEqual(flags);
    const spoken = { languages: ['en', 'zh'], languagePer: 'file' };
    expect(wantedOptions(spoken, HERE)).toEqual(spoken);
    expect(wantedOptions({ subtitleColumns: 32, subtitleSpeed: 15 }, HERE)).toEqual({
      subtitles: { columns: 32, speed: 15 },
    });
    expect(wantedOptions({ out: 'x' }, HERE, ['txt'])).toEqual({ formats: ['txt'] });
  });

  it('leaves a model that the home lacks to the workers of a server that was named', () => {
    const elsewhere = { ...HERE, address: 'temporal.example:7233' };
    expect(wantedOptions({ model: 'medical', language: 'en' }, elsewhere)).toEqual({
      model: 'medical',
      language: 'en',
    });
    expect(() => wantedOptions({ language: 'xx' }, elsewhere)).toThrow(
      expect.objectContaining({ code: 'LH_LANGUAGE_UNKNOWN' }),
    );
  });

  it.each([
    [{ language: 'klingon' }, 'LH_LANGUAGE_UNKNOWN'],
    [{ language: 'xx' }, 'LH_LANGUAGE_UNKNOWN'],
    [{ languages: ['en', 'xx'] }, 'LH_LANGUAGE_UNKNOWN'],
    [{ task: 'sing' }, 'LH_OPTION_INVALID'],
    [{ model: 'huge' }, 'LH_MODEL_UNKNOWN'],
    [{ formats: ['txt', 'pdf'] }, 'LH_FORMAT_UNKNOWN'],
    [{ formats: [''] }, 'LH_FORMAT_UNKNOWN'],
    [{ formats: ['vtt-words'] }, 'LH_OPTION_INVALID'],
    [{ subtitleLines: 4 }, 'LH_OPTION_INVALID'],
    [{ ladder: ['int4'] }, 'LH_OPTION_INVALID'],
    [{ ladder: ['int8', 'none:int8'] }, 'LH_MODEL_UNKNOWN'],
    [{ ladder: ['tiny.en:int8'], language: 'de' }, 'LH_LANGUAGE_UNKNOWN'],
  ])('refuses %j with %s', (flags, code) => {
    expect(() => wantedOptions(flags, HERE)).toThrow(expect.objectContaining({ code }));
  });
});
