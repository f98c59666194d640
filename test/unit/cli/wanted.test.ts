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
      precision: ['int8'],
      formats: ['srt'],
      key: 'k',
      tenant: 't',
      task: 'translate',
      prompt: 'p',
      hotwords: 'h',
      words: true as const,
    };
    const { precision, ...others } = flags;
    expect(wantedOptions(flags, HERE)).toEqual({ ...others, precisions: precision });
    const spoken = { languages: ['en', 'zh'], languagePer: 'file' };
    expect(wantedOptions(spoken, HERE)).toEqual(spoken);
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
    [{ precision: ['int4'] }, 'LH_OPTION_INVALID'],
  ])('refuses %j with %s', (flags, code) => {
    expect(() => wantedOptions(flags, HERE)).toThrow(expect.objectContaining({ code }));
  });
});
