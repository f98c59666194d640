import { describe, expect, it } from 'vitest';
import { decodeOptions } from '../../../workflows/decode-options.ts';
import { PLAIN } from '../../support/options.ts';

describe('decodeOptions', () => {
  it('leaves out what is default', () => {
    expect(decodeOptions(PLAIN, 'auto')).toEqual({ language: 'auto' });
  });

  it('says what is not', () => {
    const wording = {
      languages: ['en', 'zh'],
      task: 'translate',
      prompt: 'p',
      hotwords: 'h',
      words: true,
    } as const;
    expect(decodeOptions(wording, 'auto')).toEqual({ language: 'auto', ...wording });
  });

  it('allows other languages only where it is not known', () => {
    expect(decodeOptions({ ...PLAIN, languages: ['en', 'zh'] }, 'zh')).toEqual({ language: 'zh' });
  });
});
