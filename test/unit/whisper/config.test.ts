import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../../models/whisper/config.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

it.each<[Record<string, object>, number[]]>([
  [{ 'generation_config.json': { suppress_tokens: [1] }, 'config.json': { suppress_tokens: [2] } }, [1]],
  [{ 'config.json': { suppress_ids: [3] } }, [3]],
  // As fine-tuning with older releases of transformers leaves them.
  [{ 'generation_config.json': { suppress_tokens: null }, 'config.json': { suppress_tokens: [] } }, []],
])('reads the tokens that may never be chosen from %j', async (files, tokens) => {
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), JSON.stringify(content));
  }
  expect(readConfig(folder).suppressedTokens).toEqual(tokens);
});

it.each([{}, { suppress_tokens: 'none' }])('refuses a folder that says %j', async (content) => {
  await writeFile(join(folder, 'config.json'), JSON.stringify(content));
  expect(() => readConfig(folder)).toThrow(expect.objectContaining({ code: 'LH_MODEL_INVALID' }));
});
