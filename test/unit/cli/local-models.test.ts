import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { builtGraphs } from '../../../client/cli/models/local.ts';
import { findModel } from '../../../models/catalogue.ts';
import { GRAPH_VERSION } from '../../../models/whisper/manifest.ts';

it('graphs of other versions, and those that are not whole, do not count as built', async () => {
  const home = await mkdtemp(join(tmpdir(), 'longhand-test-'));
  try {
    const model = findModel('base');
    const now = `int8-v${GRAPH_VERSION}`;
    for (const name of [now, `fp32-v${GRAPH_VERSION}`, `int8-v${GRAPH_VERSION - 1}`, 'int8-v1000']) {
      const folder = join(home, 'graphs', 'base', model.revision, name);
      await mkdir(folder, { recursive: true });
      if (!name.startsWith('fp32')) await writeFile(join(folder, 'manifest.json'), '{}');
    }
    expect((await builtGraphs(home, model)).map(({ name }) => name)).toEqual([now]);
  } finally {
    await rm(home, { recursive: true });
  }
});
