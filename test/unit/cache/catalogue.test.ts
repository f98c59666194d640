import { describe, expect, test } from 'vitest';
import { MODELS, demandLanguage, findModel } from '../../../models/catalogue.ts';
import { FFMPEG_BUILDS } from '../../../activities/media/ffmpeg-builds.ts';

describe('findModel', { timeout: 5_000 }, () => {
  test('knows base, with sources, licence and languages', () => {
    const model = findModel('base');
    expect(model.revision).toMatch(/^[0-9a-f]{40}$/);
    expect(model.sources.map(({ kind }) => kind)).toEqual(['folder', 'hub', 'pip']);
    expect(model.licence).toBe('MIT');
    expect(new Set(model.languages).size).toBe(99);
    expect(model.languages).toEqual(expect.arrayContaining(['en', 'zh', 'ru', 'de', 'haw']));
  });

  test('knows tiny.en, which takes English alone', () => {
    const model = findModel('tiny.en');
    expect(model.languages).toEqual(['en']);
    expect(() => demandLanguage(model, 'zh')).toThrow(
      expect.objectContaining({ code: 'LH_LANGUAGE_UNKNOWN' }),
    );
    demandLanguage(model, 'auto');
  });

  test('refuses another name with the known ones', () => {
    expect(() => findModel('Base')).toThrow(
      expect.objectContaining({
        code: 'LH_MODEL_UNKNOWN',
        message: 'Expected a model of the catalogue (`base`, `tiny.en`), but got `Base`.',
      }),
    );
  });
});

test.each([['the models', MODELS] as const, ...Object.entries(FFMPEG_BUILDS)])(
  'every source of %s names each of its files',
  { timeout: 5_000 },
  (_, artifacts) => {
    for (const { files, sources } of artifacts) {
      const names = files.map(({ name }) => name).sort();
      for (const { sha256 } of files) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      for (const source of sources) {
        if ('members' in source) expect(Object.keys(source.members).sort()).toEqual(names);
      }
    }
  },
);
