import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WhisperTokens } from '../../../models/whisper/tokens.ts';

const VOCABULARY = 51865;
const BASE = process.env.LONGHAND_TEST_MODEL ?? '';

interface Tokenizer {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
  readonly model: { readonly vocab: Record<string, number>; readonly merges: readonly string[] };
}

it('reads the three files of a slow tokenizer as it reads tokenizer.json', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longhand-tokenizer-'));
  try {
    const { added_tokens, model } = JSON.parse(
      await readFile(join(BASE, 'tokenizer.json'), 'utf8'),
    ) as Tokenizer;
    const added = added_tokens.filter(({ content }) => !(content in model.vocab));
    await writeFile(join(folder, 'vocab.json'), JSON.stringify(model.vocab));
    await writeFile(join(folder, 'merges.txt'), `#version: 0.2\n${model.merges.join('\n')}\n`);
    await writeFile(
      join(folder, 'added_tokens.json'),
      JSON.stringify(Object.fromEntries(added.map(({ id, content }) => [content, id]))),
    );
    const [fast, slow] = [WhisperTokens.load(BASE, VOCABULARY), WhisperTokens.load(folder, VOCABULARY)];
    expect(slow.special).toEqual(fast.special);
    for (const step of [1, 7, 101]) {
      const ids = Array.from({ length: 400 }, (_, index) => (index * step * 37) % 50257);
      expect(slow.decode(ids)).toBe(fast.decode(ids));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
