import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { demandName } from '../../../models/added/name.ts';
import { pickFiles } from '../../../models/added/files.ts';
import {
  addedModels,
  addedVersions,
  writeVersions,
  type AddedModel,
} from '../../../models/added/registry.ts';
import { findModel } from '../../../models/catalogue.ts';
import { findVersion } from '../../../models/load.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'longhand-registry-'));
});
afterEach(() => rm(home, { recursive: true }));

const version = (name: string, revision: string, added: string): AddedModel => ({
  ...{ kind: 'models', name, version: revision, revision, sources: [], files: [], byHand: 'by hand' },
  ...{ licence: null, languages: ['en'], layout: 'safetensors', source: '/a', added },
});

it('gives back what was written: the current version first, then the latest', async () => {
  const [a, b, c] = ['1', '2', '3'].map((day) => version('medical', `${day}aa`, `2026-01-0${day}`));
  expect(addedModels(home)).toEqual([]);
  await writeVersions(home, 'medical', [b!, a!, c!]);
  await writeVersions(home, 'legal', [version('legal', 'dd', '2026-01-01')]);
  expect(addedVersions(home, 'medical')).toEqual([b, c, a]);
  expect(addedModels(home).map(({ revision }) => revision)).toEqual(['dd', '2aa', '3aa', '1aa']);
  expect(findModel('medical', addedModels(home))).toEqual(b);
  expect(findModel('medical@3', addedModels(home))).toEqual(c);
  expect(findVersion('medical', '1aa', home)).toEqual(a);
  expect(() => findVersion('medical', '4aa', home)).toThrow(
    expect.objectContaining({ code: 'LH_MODEL_VERSION_MISSING' }),
  );
  expect(() => findModel('dental', addedModels(home))).toThrow(/one that was added \(`legal`, `medical`\)/);
  await writeVersions(home, 'medical', []);
  expect(addedVersions(home, 'medical')).toEqual([]);
});

it.each(['', '{}', '{"current":"a","versions":[]}', '{"current":"a","versions":[null]}'])(
  'says where a registry is damaged: %j',
  async (text) => {
    await mkdir(join(home, 'models/medical'), { recursive: true });
    await writeFile(join(home, 'models/medical/added.json'), text);
    expect(() => addedModels(home)).toThrow(
      expect.objectContaining({
        code: 'LH_MODEL_INVALID',
        message: expect.stringContaining('medical/added.json') as string,
      }),
    );
  },
);

it('takes names that are folders and queues, and none of the catalogue', () => {
  for (const name of ['medical', 'a', 'de.v2_x-1']) demandName(name);
  for (const name of ['', 'Medical', 'a/b', 'a@b', '.a', 'a..b', 'x'.repeat(65), 'base']) {
    expect(() => demandName(name)).toThrow(expect.objectContaining({ code: 'LH_OPTION_INVALID' }));
  }
});

it.each<[string[], RegExp]>([
  [[], /^Expected model\.safetensors or model\.bin in here, but it has neither\.$/],
  [['pytorch_model.bin'], /pytorch_model\.bin, which are pickled.*safe_serialization/],
  [['model-00001-of-00002.safetensors'], /model\.safetensors or model\.bin .* neither/],
  [['adapter_model.safetensors'], /an adapter: merge/],
  [['model.bin', 'config.json', 'vocab.json'], /tokenizer\.json/],
  [['model.bin', 'tokenizer.json'], /config\.json or generation_config\.json/],
])('says what a folder of %j lacks', (names, message) => {
  expect(() => pickFiles(names, 'here')).toThrow(message);
});

it('picks what is read of a model, safetensors before CTranslate2', () => {
  const all = [
    'config.json',
    'generation_config.json',
    'model.bin',
    'model.safetensors',
    'optimizer.pt',
    'tokenizer.json',
  ];
  expect(pickFiles(all, 'here')).toEqual({
    layout: 'safetensors',
    names: ['model.safetensors', 'tokenizer.json', 'config.json', 'generation_config.json'],
  });
});

it('picks the parts of weights with the list of them', () => {
  const parts = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  const index = 'model.safetensors.index.json';
  const { layout, names } = pickFiles([...parts, index, 'tokenizer.json', 'config.json'], 'here');
  expect(layout).toBe('safetensors');
  expect(names).toEqual([index, ...parts, 'tokenizer.json', 'config.json']);
});
