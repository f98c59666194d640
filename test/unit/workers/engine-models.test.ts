import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addModel } from '../../../models/added/add.ts';
import { GRAPH_VERSION } from '../../../models/whisper/manifest.ts';
import { EngineModels } from '../../../workers/engine-models.ts';
import type { Rung } from '../../../workflows/contract.ts';
import { writeTinyModel } from '../whisper/tiny-model.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'longhand-engine-models-'));
});
afterEach(() => rm(root, { recursive: true }));

it(
  'gives each rung the version it names, and refuses one that the home lacks, or of other graphs',
  { timeout: 120_000 },
  async () => {
    const home = join(root, 'home');
    const add = async (seed: number) => {
      writeTinyModel(join(root, `tiny${seed}`), 1600, seed);
      return (await addModel(join(root, `tiny${seed}`), 'tiny', { home })).model.revision;
    };
    const models = new EngineModels({ home });
    const rungOf = (revision: string, graph = GRAPH_VERSION): Rung => ({
      ...{ model: 'tiny', revision, graph, precision: 'int8', queue: 'gpu.tiny' },
    });
    const first = await add(1);
    const before = await models.ofRung(rungOf(first));
    expect(before.folder).toBe(join(home, 'models/tiny', first));
    await expect(models.ofRung(rungOf('0000'))).rejects.toMatchObject({ code: 'LH_MODEL_VERSION_MISSING' });
    await expect(models.ofRung(rungOf(first, GRAPH_VERSION - 1))).rejects.toMatchObject({
      code: 'LH_MODEL_VERSION_MISSING',
      message: expect.stringContaining(`graphs of version ${GRAPH_VERSION - 1} of tiny`) as string,
    });
    const second = await add(2);
    expect((await models.ofRung(rungOf(second))).folder).toBe(join(home, 'models/tiny', second));
    expect(await models.ofRung(rungOf(first))).toEqual(before);
  },
);
