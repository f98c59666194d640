import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mergesOf } from '../../../models/whisper/merges.ts';
import { readTokenizer } from '../../../models/whisper/tokenizer-file.ts';
import { WhisperTokens } from '../../../models/whisper/tokens.ts';

interface TokenizerJson {
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly string[] };
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

const base = process.env.LONGHAND_TEST_MODEL ?? '';
const vocabulary = readFileSync(join(base, 'vocabulary.txt'), 'utf8').trimEnd().split('\n');
const published = JSON.parse(readFileSync(join(base, 'tokenizer.json'), 'utf8')) as TokenizerJson;
const SENTENCE = [50364, 400, 370, 452, 7177, 6280, 11, 1029, 406, 50914];

let home: string;
beforeAll(() => void (home = mkdtempSync(join(tmpdir(), 'longhand-tokenizer-'))));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A folder with these files alone. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(home, 'model-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
const invalid = (words: RegExp) =>
  expect.objectContaining({
    code: 'LH_MODEL_INVALID',
    message: expect.stringMatching(words) as string,
  }) as Error;

test('the merges of Whisper follow from its tokens', { timeout: 30_000 }, () => {
  const merges = mergesOf(vocabulary.slice(0, 50257));
  // The published file lacks the first: its maker took it for the header of a list of merges.
  expect(merges[0]).toBe('Ġ t');
  expect(merges.slice(1)).toEqual(published.model.merges);
});

describe('a folder without tokenizer.json', { timeout: 30_000 }, () => {
  test.each([
    ['vocabulary.txt', { 'vocabulary.txt': `${vocabulary.join('\n')}\n` }],
    ['vocabulary.json', { 'vocabulary.json': JSON.stringify(vocabulary) }],
    [
      'vocab.json, merges.txt and added_tokens.json',
      {
        'vocab.json': JSON.stringify(published.model.vocab),
        'merges.txt': `#version: 0.2\n${published.model.merges.join('\n')}\n`,
        'added_tokens.json': JSON.stringify(
          // As saved: the end of text stands in vocab.json alone.
          Object.fromEntries(published.added_tokens.slice(1).map(({ content, id }) => [content, id])),
        ),
      },
    ],
  ])('has the tokens of Whisper by its %s', (_, files) => {
    const tokens = WhisperTokens.load(folderOf(files), vocabulary.length);
    const expected = WhisperTokens.load(base, vocabulary.length);
    expect(tokens.special).toEqual(expected.special);
    expect(tokens.decode(SENTENCE)).toBe(' And so my fellow Americans, ask not');
    expect(expected.decode(SENTENCE)).toBe(' And so my fellow Americans, ask not');
  });
});

test('what is no tokenizer is refused, with what was looked for', () => {
  expect(() => readTokenizer(folderOf({ 'vocab.json': '{}' }))).toThrow(
    invalid(/tokenizer\.json, or vocab\.json with merges\.txt .*vocabulary\.txt in .* none of them/),
  );
  expect(() => readTokenizer(folderOf({ 'tokenizer.json': '{' }))).toThrow(
    invalid(/tokenizer\.json, but it/),
  );
  expect(() => readTokenizer(folderOf({ 'vocabulary.txt': 'a\nb\n' }))).toThrow(invalid(/vocabulary\.txt/));
});
