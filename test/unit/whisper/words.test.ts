import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitToWords } from '../../../models/whisper/split-words.ts';
import { wordsOf } from '../../../models/whisper/words.ts';

/** Tokens are bytes of UTF-8, as many as each piece has: what a byte-level tokenizer makes of a text. */
function tokenizer(...pieces: (string | readonly number[])[]) {
  const bytes = pieces.map((piece) => (typeof piece === 'string' ? [...Buffer.from(piece)] : piece));
  return {
    tokens: [...pieces.keys()],
    decode: (ids: readonly number[]) => Buffer.from(ids.flatMap((id) => bytes[id] ?? [])).toString('utf8'),
  };
}

/** The words of pieces that begin a second after one another. */
function wordsFrom(pieces: (string | readonly number[])[], language = 'en', start = 0, end = 1e6) {
  const { tokens, decode } = tokenizer(...pieces);
  const heard = tokens.map((index) => ({
    start: index * 16_000,
    end: (index + 1) * 16_000,
    probability: index % 2 === 0 ? 1 : 0.5,
  }));
  return wordsOf({ start, end, tokens, heard }, language, decode);
}

describe('splitToWords', () => {
  test.each<[string, string, (string | number[])[], string[]]>([
    ['at spaces', 'en', [' And', ' so', ' my'], [' And', ' so', ' my']],
    ['parts of a word together', 'en', [' un', 'mute', ' me'], [' unmute', ' me']],
    ['punctuation apart', 'en', [' so', ',', ' my'], [' so', ',', ' my']],
    ['digits like any word', 'en', [' press', ' 4', '5', ' now'], [' press', ' 45', ' now']],
    ['Chinese by characters', 'zh', ['你好', '吗', '。'], ['你好', '吗', '。']],
    ['a character of several tokens whole', 'zh', ['你', [0xe5], [0xa5, 0xbd], '吗'], ['你', '好', '吗']],
    ['bytes that are no character', 'en', [' a', [0xe5], ' b'], [' a\uFFFD', ' b']],
    ['bytes that are no character, at the end', 'zh', ['你', [0xe5]], ['你', '\uFFFD']],
  ])('%s', (_, language, pieces, words) => {
    const { tokens, decode } = tokenizer(...pieces);
    const split = splitToWords(tokens, language, decode);
    expect(split.map(({ text }) => text)).toEqual(words);
    expect(split.reduce((sum, word) => sum + word.tokens, 0)).toBe(tokens.length);
  });
});

describe('wordsOf', () => {
  test('gives each word its time, and punctuation to the word it belongs to', () => {
    const words = wordsFrom([' -', ' So', ',', ' press', ' 4', '5', '.', '"']);
    expect(words).toEqual([
      { start: 16_000, end: 32_000, text: '- So,', probability: 0.5 },
      { start: 48_000, end: 64_000, text: ' press', probability: 0.5 },
      { start: 64_000, end: 96_000, text: ' 45."', probability: 0.75 },
    ]);
  });

  test('keeps every word inside the segment', () => {
    const words = wordsFrom([' a', ' b', ' c', ' d'], 'en', 20_000, 40_000);
    expect(words.map(({ start, end }) => [start, end])).toEqual([
      [20_000, 20_000],
      [20_000, 32_000],
      [32_000, 40_000],
      [40_000, 40_000],
    ]);
  });

  const piece = fc.oneof(
    fc.constantFrom(' the', ' 4', '5', '，', '你', '.', ' "', '-', ' ', '\u00a0', 'é'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }),
    fc.uint8Array({ minLength: 1, maxLength: 3 }).map((bytes) => [...bytes]),
  );

  test('whatever the tokens, the words join to the text, in order, inside the segment, none without a time', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 30 }),
        fc.constantFrom('en', 'zh'),
        fc.array(fc.nat(1500), { minLength: 31, maxLength: 31 }),
        fc.tuple(fc.nat(480_000), fc.nat(480_000)),
        (pieces, language, frames, bounds) => {
          const { tokens, decode } = tokenizer(...pieces);
          const [start, end] = bounds.sort((a, b) => a - b);
          const sorted = frames.map((frame) => frame * 320).sort((a, b) => a - b);
          const heard = tokens.map((i) => ({ start: sorted[i]!, end: sorted[i + 1]!, probability: 0.5 }));
          const words = wordsOf({ start, end, tokens, heard }, language, decode);
          expect(words.map(({ text }) => text).join('')).toBe(decode(tokens).trim());
          let last = start;
          for (const word of words) {
            expect(word.text.trim()).not.toBe('');
            expect(word.start).toBeGreaterThanOrEqual(last);
            expect(word.end).toBeGreaterThanOrEqual(word.start);
            expect(word.end).toBeLessThanOrEqual(end);
            expect(word.probability).toBe(0.5);
            last = word.end;
          }
        },
      ),
    );
  });
});
