import { describe, expect, it } from 'vitest';
import { wantedOptions } from '../../../client/cli/wanted.ts';

describe('wantedOptions', () => {
  it('hands on what was said, and nothing else', () => {
    expect(wantedOptions({})).toEqual({});
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
    };
    const { precision, ...others } = flags;
    expect(wantedOptions(flags)).toEqual({ ...others, precisions: precision });
    const spoken = { languages: ['en', 'zh'], languagePer: 'file' };
    expect(wantedOptions(spoken)).toEqual(spoken);
    expect(wantedOptions({ out: 'x' }, ['txt'])).toEqual({ formats: ['txt'] });
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
    expect(() => wantedOptions(flags)).toThrow(expect.objectContaining({ code }));
  });
});
