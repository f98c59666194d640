import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { artifactFolder, type Artifact } from '../../../models/cache/artifact.ts';
import { download } from '../../../models/cache/download.ts';
import { fetchArtifact, findArtifact } from '../../../models/cache/fetch.ts';
import { Child } from './children.ts';
import { compileCache } from './compiled.ts';
import {
  absent,
  cut,
  dribbling,
  good,
  HubServer,
  short,
  silent,
  slow,
  stalling,
  wrong,
  type Behaviour,
} from './hub-server.ts';

const FILES = { 'model.bin': randomBytes(300_000), 'run.sh': Buffer.from('#!/bin/sh\necho it runs\n') };
const describeFile = (name: keyof typeof FILES) => ({
  name,
  size: FILES[name].length,
  sha256: createHash('sha256').update(FILES[name]).digest('hex'),
});
const HUB = { kind: 'hub', repository: 'some/model', revision: 'abc' } as const;
const ARTIFACT: Artifact = {
  kind: 'models',
  name: 'small',
  version: '1',
  files: [describeFile('model.bin'), { ...describeFile('run.sh'), executable: true }],
  sources: [{ kind: 'folder', variable: 'TEST_MODELS' }, HUB],
  byHand: 'name a folder in TEST_MODELS',
};

let root: string;
let cache: string;
let home: string;
let folder: string;
let server: HubServer;
let count = 0;
const notices: string[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'longhand-fetch-'));
  cache = await compileCache(join(root, 'js'));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  home = join(root, `home-${++count}`);
  folder = artifactFolder(home, ARTIFACT);
  notices.length = 0;
  server = new HubServer(FILES);
  await server.start();
});
afterEach(() => server[Symbol.asyncDispose]());

const options = (env: NodeJS.ProcessEnv = {}) => ({
  home,
  env: { HF_ENDPOINT: server.url, ...env },
  onNotice: (line: string) => notices.push(line),
});

/** What lies in the cache beside the lock's one file: the artifact's folder, or nothing. */
const cached = async () => (await readdir(dirname(folder))).filter((name) => !/\.lock\.\d+$/.test(name));

async function expectWhole(): Promise<void> {
  for (const [name, bytes] of Object.entries(FILES)) {
    expect((await readFile(join(folder, name))).equals(bytes)).toBe(true);
  }
  expect((await readdir(folder)).sort()).toEqual(['.verified.json', 'model.bin', 'run.sh']);
  expect(await cached()).toEqual(['1']);
}

/** Fetches the artifact into argv[1] in a process of its own; argv[2] is the hub. */
const fetching = () => `
  import { fetchArtifact } from '${cache}/fetch.js';
  const [, home, HF_ENDPOINT] = process.argv;
  await fetchArtifact(${JSON.stringify(ARTIFACT)}, {
    home,
    env: { HF_ENDPOINT },
    onProgress: (name, done, total) => console.log(name, done, total),
    onNotice: (line) => console.log('notice', line),
  });
  console.log('done');
`;

describe('fetchArtifact', { timeout: 20_000 }, () => {
  test('downloads from the hub once, with progress, and finds it after that', async () => {
    const progress: [string, number, number | null][] = [];
    const total = FILES['model.bin'].length + FILES['run.sh'].length;
    expect(await findArtifact(ARTIFACT, home)).toBeNull();
    const onProgress = (...step: [string, number, number | null]) => progress.push(step);
    const delivered: unknown[] = [];
    const onDownload = (files: unknown) => delivered.push(files);
    expect(await fetchArtifact(ARTIFACT, { ...options(), onProgress, onDownload })).toBe(folder);
    expect(delivered).toEqual([{ files: 2, bytes: total }]);
    await expectWhole();
    expect((await stat(join(folder, 'run.sh'))).mode & 0o100).toBe(0o100);
    expect(progress.at(-1)).toEqual(['small', total, total]);
    await fetchArtifact(ARTIFACT, options());
    expect(await findArtifact(ARTIFACT, home)).toBe(folder);
    expect(server.requests).toEqual(['/some/model/resolve/abc/model.bin', '/some/model/resolve/abc/run.sh']);
    expect(notices).toEqual([]);
  });

  test.each<[string, Behaviour, RegExp]>([
    ['has no such file', absent, /answered 404 for \/some\/model\/resolve\/abc\/model.bin/],
    ['sends too little', short, /LH_CHECKSUM Expected model.bin to have 300000 bytes, but got 150000/],
    ['sends other bytes', wrong, /LH_CHECKSUM Expected model.bin with sha256/],
  ])('says in one line when the hub %s, and leaves nothing', async (_, behaviour, reason) => {
    server.behaviour = behaviour;
    const delivered: unknown[] = [];
    const onDownload = (files: unknown) => delivered.push(files);
    const fetched = fetchArtifact(ARTIFACT, { ...options(), onDownload });
    await expect(fetched).rejects.toMatchObject({ code: 'LH_FETCH_FAILED' });
    expect(delivered).toEqual([null]);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/^small: model hub some\/model: [^\n]+$/);
    expect(notices[0]).toMatch(reason);
    expect(await cached()).toEqual([]);
  });

  test('says what was tried, why it failed, and how to supply the files, when all fail', async () => {
    server.behaviour = absent;
    const error: unknown = await fetchArtifact(
      ARTIFACT,
      options({ TEST_MODELS: join(root, 'nowhere') }),
    ).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'LH_FETCH_FAILED' });
    const { message } = error as Error;
    expect(message).toMatch(
      /^Expected one source to deliver small 1, but each failed: TEST_MODELS \(.*ENOENT.*nowhere.*\); model hub some\/model \(.*404.*\)\. Try again with a network, or name a folder in TEST_MODELS\.$/,
    );
  });

  test('says so at once where nobody listens', async () => {
    const { url } = server;
    await server[Symbol.asyncDispose]();
    const start = performance.now();
    const fetched = fetchArtifact(ARTIFACT, { home, env: { HF_ENDPOINT: url } });
    await expect(fetched).rejects.toThrow(/ECONNREFUSED/);
    expect(performance.now() - start).toBeLessThan(3000);
    server = new HubServer(FILES);
    await server.start();
  });

  test('takes the files from the folder the user names before it asks the hub', async () => {
    const models = join(root, 'models');
    await mkdir(join(models, 'small'), { recursive: true });
    for (const [name, bytes] of Object.entries(FILES)) await writeFile(join(models, 'small', name), bytes);
    await fetchArtifact(ARTIFACT, options({ TEST_MODELS: models }));
    await expectWhole();
    expect(server.requests).toEqual([]);
  });

  test('goes on to the hub where the named folder holds other bytes', async () => {
    const models = join(root, 'other-models');
    await mkdir(join(models, 'small'), { recursive: true });
    await writeFile(join(models, 'small', 'model.bin'), randomBytes(300_000));
    await fetchArtifact(ARTIFACT, options({ TEST_MODELS: models }));
    await expectWhole();
    expect(notices).toEqual([expect.stringMatching(/^small: TEST_MODELS: LH_CHECKSUM /)]);
  });

  test('fetches again what was damaged in the cache', async () => {
    await fetchArtifact(ARTIFACT, options());
    const bytes = Buffer.from(FILES['model.bin']);
    bytes[1000]! ^= 1;
    await writeFile(join(folder, 'model.bin'), bytes);
    expect(await findArtifact(ARTIFACT, home)).toBeNull();
    await fetchArtifact(ARTIFACT, options());
    await expectWhole();
    expect(notices).toEqual([expect.stringMatching(/LH_CHECKSUM the cached files are damaged.*model\.bin/)]);
  });

  test('ends with the reason of the signal, and leaves nothing', async () => {
    server.behaviour = stalling;
    const signal = AbortSignal.timeout(300);
    await expect(fetchArtifact(ARTIFACT, { ...options(), signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(await cached()).toEqual(['1.partial-downloads']);
  });

  test('goes on where the hub hung up, and asks for the rest alone', async () => {
    let left = 1;
    server.behaviour = (...request) => (left-- > 0 ? cut : good)(...request);
    const progress: number[] = [];
    await fetchArtifact(ARTIFACT, { ...options(), onProgress: (_, done) => progress.push(done) });
    await expectWhole();
    const [first, rest, ...others] = server.requests;
    expect(first).toBe('/some/model/resolve/abc/model.bin');
    expect(rest).toMatch(/^\/some\/model\/resolve\/abc\/model\.bin from \d+$/);
    expect(Number(rest?.split(' ').at(-1))).toBeLessThanOrEqual(150_000);
    expect(others).toEqual(['/some/model/resolve/abc/run.sh']);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(notices).toEqual([]);
  });

  test('takes all again from a hub that knows no ranges, and gives up where nothing more comes', async () => {
    server.knowsRanges = false;
    server.behaviour = cut;
    await expect(fetchArtifact(ARTIFACT, options())).rejects.toMatchObject({ code: 'LH_FETCH_FAILED' });
    expect(notices).toEqual([expect.stringMatching(/other side closed|ECONNRESET|terminated/)]);
    server.behaviour = good;
    await fetchArtifact(ARTIFACT, options());
    await expectWhole();
  });

  test('begins anew where what was kept has gone bad', async () => {
    await mkdir(`${folder}.partial-downloads`, { recursive: true });
    const kept = join(`${folder}.partial-downloads`, describeFile('model.bin').sha256);
    await writeFile(kept, randomBytes(1000));
    await expect(fetchArtifact(ARTIFACT, options())).rejects.toMatchObject({ code: 'LH_FETCH_FAILED' });
    expect(notices).toEqual([expect.stringMatching(/LH_CHECKSUM Expected model.bin with sha256/)]);
    await fetchArtifact(ARTIFACT, options());
    await expectWhole();
  });

  test('asks nobody when LONGHAND_OFFLINE is set, and says which files to supply', async () => {
    const offline = fetchArtifact(ARTIFACT, options({ LONGHAND_OFFLINE: '1' }));
    await expect(offline).rejects.toMatchObject({ code: 'LH_FETCH_FAILED' });
    await expect(offline).rejects.toThrow(
      /model hub some\/model \(not asked, for LONGHAND_OFFLINE is set\).*name a folder in TEST_MODELS/,
    );
    expect(server.requests).toEqual([]);
    const models = join(root, 'offline-models');
    await mkdir(join(models, 'small'), { recursive: true });
    for (const [name, bytes] of Object.entries(FILES)) await writeFile(join(models, 'small', name), bytes);
    await fetchArtifact(ARTIFACT, options({ LONGHAND_OFFLINE: '1', TEST_MODELS: models }));
    await expectWhole();
    expect(server.requests).toEqual([]);
  });

  test('keeps what is damaged where nothing takes its place', async () => {
    await fetchArtifact(ARTIFACT, options());
    await writeFile(join(folder, 'run.sh'), 'other');
    server.behaviour = absent;
    await expect(fetchArtifact(ARTIFACT, options())).rejects.toMatchObject({ code: 'LH_FETCH_FAILED' });
    expect((await readFile(join(folder, 'model.bin'))).equals(FILES['model.bin'])).toBe(true);
  });

  test('refuses a home that is a file with LH_NOT_WRITABLE', async () => {
    await writeFile(home, '');
    await expect(fetchArtifact(ARTIFACT, options())).rejects.toMatchObject({ code: 'LH_NOT_WRITABLE' });
  });

  test.skipIf(process.getuid?.() === 0)('refuses a home that may not be written', async () => {
    await mkdir(home);
    await chmod(home, 0o500);
    await expect(fetchArtifact(ARTIFACT, options())).rejects.toMatchObject({ code: 'LH_NOT_WRITABLE' });
  });
});

describe('fetchArtifact among processes', { timeout: 20_000 }, () => {
  test('fetches once for two that want it at the same time', async () => {
    server.behaviour = slow(500);
    const children = [1, 2, 3].map(() => new Child(fetching(), home, server.url));
    expect(await Promise.all(children.map((child) => child.ended))).toEqual([0, 0, 0]);
    expect(server.requests).toHaveLength(2);
    await expectWhole();
  });

  test('goes on where a killed fetch stopped, and removes what that left', async () => {
    server.behaviour = stalling;
    const child = new Child(fetching(), home, server.url);
    expect(await child.line()).toMatch(/^small \d+ \d+$/);
    await child.kill();
    expect((await cached()).sort()).toEqual([expect.stringMatching(/^1\.partial-\d/), '1.partial-downloads']);
    expect(await findArtifact(ARTIFACT, home)).toBeNull();
    server.behaviour = good;
    await fetchArtifact(ARTIFACT, options());
    await expectWhole();
    expect(server.requests[1]).toMatch(/model\.bin from \d+$/);
  });
});

describe('download', { timeout: 20_000 }, () => {
  const drain = async (url: string, stall: number) => {
    let size = 0;
    for await (const bytes of download(url, { patience: { connect: stall, stall } })) size += bytes.length;
    return size;
  };

  test('gives up on a server that does not answer, and on one that falls silent', async () => {
    server.behaviour = silent;
    await expect(drain(`${server.url}/model.bin`, 300)).rejects.toThrow(
      /^no answer from 127\.0\.0\.1:\d+ within/,
    );
    server.behaviour = stalling;
    await expect(drain(`${server.url}/model.bin`, 1500)).rejects.toThrow(/^no bytes for/);
  });

  test('waits for a server that is slow but alive', async () => {
    server.behaviour = dribbling(8, 400);
    expect(await drain(`${server.url}/model.bin`, 2400)).toBe(300_000);
  });
});
