import { expect, test } from 'vitest';
import { specialTokens } from '../../../models/whisper/special-tokens.ts';

/** Whisper's special tokens from `first` on. */
function added(first: number, languages: readonly string[], noSpeech: string): Map<string, number> {
  const names = ['endoftext', 'startoftranscript', ...languages, 'translate', 'transcribe'];
  const all = [...names, 'startoflm', 'startofprev', noSpeech, 'notimestamps'];
  return new Map(all.map((name, i) => [`<|${name}|>`, first + i]));
}
/** So many codes of two letters. */
const codes = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26)));

test('large-v3 has a hundred languages, and its timestamps one token later', () => {
  const languages = [...codes(99), 'yue'];
  const special = specialTokens(added(50257, languages, 'nospeech'), 51866, 'a file');
  expect(special).toMatchObject({ languages, firstLanguage: 50259, isMultilingual: true });
  expect(special).toMatchObject({ transcribe: 50360, noSpeech: 50363, timestampBegin: 50365 });
});

test('an English-only model takes English alone, though it has the tokens of all languages', () => {
  const special = specialTokens(added(50256, ['en', ...codes(98)], 'nocaptions'), 51864, 'a file');
  expect(special).toMatchObject({ languages: ['en'], isMultilingual: false, endOfText: 50256 });
  expect(special).toMatchObject({ noSpeech: 50361, timestampBegin: 50363 });
});

test('a vocabulary with other than 1501 timestamps is refused', () => {
  const tokens = added(50257, codes(99), 'nospeech');
  for (const vocabulary of [50400, 51872]) {
    expect(() => specialTokens(tokens, vocabulary, 'a file')).toThrow(
      expect.objectContaining({
        code: 'LH_MODEL_INVALID',
        message: `Expected 1501 timestamps after token 50363 of a file, but the vocabulary has ${vocabulary} tokens.`,
      }),
    );
  }
});
