import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../../support/root.ts';
import { pack, type Packed } from './npm.ts';

/** All that may be in the package. */
const EXPECTED = [
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
  /^docs\/[\w-]+\.md$/,
  /^docs\/schema\/[\w.-]+\.json$/,
  /^docs\/images\/[\w-]+\.png$/,
  /^docs\/monitoring\/[\w-]+\.(json|yml)$/,
  /^docs\/examples\/(go|python)\/[\w-]+\.(go|mod|sum|py|txt)$/,
  /^dist\/(activities|client|models|workers|workflows)\/([\w-]+\/)*[\w-]+\.(js|d\.ts)$/,
  /^dist\/client\/cli\/tune\/speech\.opus$/,
  /^dist\/workflows(\.encrypted)?\.bundle\.js\.gz$/,
];
/** Bytes of all files together. */
const LIMIT = 5_000_000;

let folder: string;
let packed: Packed;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-pack-'));
  packed = await pack(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const paths = (): string[] => packed.files.map(({ path }) => path);

it('holds what was built and its documents: no test, no audio but what a device is measured with, nothing hidden, nothing big', () => {
  expect(paths().filter((path) => !EXPECTED.some((pattern) => pattern.test(path)))).toEqual([]);
  expect(packed.unpackedSize).toBeLessThan(LIMIT);
});

it('holds all that package.json names', async () => {
  const { bin, exports, types } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
    exports: Record<string, string | Record<string, string>>;
    types: string;
  };
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  const named = [...Object.values(bin), ...targets, types].filter((path) => !path.includes('*'));
  expect(paths()).toEqual(expect.arrayContaining(named.map((path) => path.replace('./', ''))));
});

it('holds the built form of each source file, and of none that is gone', async () => {
  const folders = ['activities', 'client', 'models', 'workers', 'workflows'];
  const sources = await Promise.all(
    folders.map(async (name) =>
      (await readdir(join(ROOT, name), { recursive: true })).map((path) => `dist/${name}/${path}`),
    ),
  );
  const built = sources.flat().flatMap((path) => (path.endsWith('.ts') ? [path.replace(/ts$/, 'js')] : []));
  expect(built).toContain('dist/client/index.js');
  const packedCode = paths().filter((path) => /^dist\/.*\/.*\.js$/.test(path));
  expect(packedCode.sort()).toEqual(built.sort());
});

it('names no folder of the machine that built it', async () => {
  for (const path of paths()) {
    const text = await readFile(join(ROOT, path), 'utf8');
    const [, map = ''] = /sourceMappingURL=data:[^,]*;base64,([\w+/=]+)/.exec(text) ?? [];
    const { sources = [] } = JSON.parse(Buffer.from(map, 'base64').toString() || '{}') as {
      sources?: string[];
    };
    for (const told of [text, sources.join('\n')]) {
      expect(told.includes(ROOT), path).toBe(false);
      expect(told.includes(`${homedir()}/`), path).toBe(false);
    }
  }
});
