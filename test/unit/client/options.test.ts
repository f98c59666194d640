import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canonicalOptions } from '../../../client/options.ts';
import { findModel } from '../../../models/catalogue.ts';

const model = findModel('base');

describe('canonicalOptions', () => {
  it('decides every field', () => {
    expect(canonicalOptions({}, model)).toEqual({
      language: 'auto',
      model: 'base',
      precisions: [],
      formats: ['json', 'srt', 'txt'],
      out: null,
    });
  });

  it('gives equal data for equal wishes', () => {
    const wanted = { language: ' EN ', formats: ['txt', 'JSON', 'txt '], out: 'some/folder/../folder' };
    const same = { language: 'en', formats: ['json', 'txt'], out: `${resolve('some/folder')}/` };
    expect(canonicalOptions(wanted, model)).toEqual(canonicalOptions(same, model));
  });

  it('names the output folder by a file URI that ends in a slash', () => {
    const { out } = canonicalOptions({ out: 'a folder/50%' }, model);
    expect(out?.endsWith('/')).toBe(true);
    expect(fileURLToPath(out ?? '')).toBe(`${resolve('a folder/50%')}/`);
  });

  it.each(['klingon', '', 'en-GB'])('refuses the language %j', (language) => {
    expect(() => canonicalOptions({ language }, model)).toThrow(
      expect.objectContaining({
        code: 'LH_LANGUAGE_UNKNOWN',
        message: expect.stringContaining(`\`${language}\``) as string,
      }),
    );
  });

  it.each([[['docx']], [['json', 'vtt']], [['']], [[]]])('refuses the formats %j', (formats) => {
    expect(() => canonicalOptions({ formats }, model)).toThrow(
      expect.objectContaining({ code: 'LH_FORMAT_UNKNOWN' }),
    );
  });
});
