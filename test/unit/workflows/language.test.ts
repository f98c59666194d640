import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChunkResult } from '../../../workflows/contract.ts';
import {
  addWeights,
  isHeardAgain,
  mainLanguage,
  weighLanguages,
  type LanguageWeights,
} from '../../../workflows/language.ts';

const result = (language: string, languageProbability: number, text = 'words'): ChunkResult => ({
  language,
  languageProbability,
  confidence: 1,
  noSpeech: 0,
  temperature: 0,
  segments: text === '' ? [] : [{ start: 0, end: 1, text }],
});

const weights: fc.Arbitrary<LanguageWeights> = fc.dictionary(
  fc.constantFrom('en', 'zh', 'ru', 'de'),
  fc.integer({ min: 1, max: 1000 }),
);

describe('the language of a section', () => {
  it('is the one of most speech, weighed by certainty', () => {
    const heard = [
      { result: result('en', 0.9), speech: 100 },
      { result: result('nn', 0.3), speech: 250 },
      { result: result('en', 0.5), speech: 10 },
    ];
    expect(weighLanguages(heard)).toEqual({ en: 95, nn: 75 });
    expect(mainLanguage(weighLanguages(heard))).toBe('en');
  });

  it('does not count chunks without text, and is null where there is none', () => {
    expect(mainLanguage(weighLanguages([{ result: result('en', 1, ''), speech: 100 }]))).toBeNull();
    expect(mainLanguage({})).toBeNull();
  });

  it('is the first of equals', () => {
    expect(mainLanguage({ zh: 5, en: 5 })).toBe('zh');
  });

  it('is none lighter than another, and pooling sections adds every weight', () => {
    fc.assert(
      fc.property(fc.array(weights), (sections) => {
        const pooled = addWeights(sections);
        for (const [language, weight] of Object.entries(pooled)) {
          expect(weight).toBe(sections.reduce((sum, section) => sum + (section[language] ?? 0), 0));
        }
        const main = mainLanguage(pooled);
        expect(main === null ? 0 : pooled[main]).toBe(Math.max(0, ...Object.values(pooled)));
      }),
    );
  });
});

describe('isHeardAgain', () => {
  it('holds for another language that is not sure, and only for it', () => {
    expect(isHeardAgain(result('nn', 0.79), 'en', 'chunk')).toBe(true);
    expect(isHeardAgain(result('nn', 0.8), 'en', 'chunk')).toBe(false);
    expect(isHeardAgain(result('en', 0.1), 'en', 'chunk')).toBe(false);
  });

  it('holds for every other language where the file has one', () => {
    expect(isHeardAgain(result('zh', 1), 'en', 'file')).toBe(true);
    expect(isHeardAgain(result('en', 0.1), 'en', 'file')).toBe(false);
  });
});
