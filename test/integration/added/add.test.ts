import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addModel } from '../../../models/added/add.ts';
import { addedVersions } from '../../../models/added/registry.ts';
import { isHeld } from '../../../models/cache/hold.ts';
import { loadModel } from '../../../models/load.ts';
import { longhand } from '../../support/longhand.ts';
import { hubTensors, safetensorsBytes, writeTinyModel } from '../../unit/whisper/tiny-model.ts';
import { absent, API, cut, good, HubServer } from '../cache/hub-server.ts';

const LIMIT = 180_000;
const VOCABULARY = 1600;
const CONFIG = Buffer.from(JSON.stringify({ suppress_tokens: [3], alignment_heads: [[0, 0]] }));

let root: string;
let home: string;
let hub: HubServer;
let files: Record<string, Buffer>;

/** What the hub's API says: `model.safetensors` in the large file storage, the rest in git. */
function apiOf(commit: string): Buffer {
  const siblings = Object.entries(files).map(([rfilename, bytes]) => {
    const blobId = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const isLarge = rfilename.endsWith('.safetensors');
    return {
      rfilename,
      size: bytes.length,
      blobId,
      ...(isLarge ? { lfs: { sha256, size: bytes.length } } : {}),
    };
  });
  return Buffer.from(
    JSON.stringify({ sha: commit.repeat(40), siblings, cardData: { license: 'apache-2.0' } }),
  );
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'longhand-added-'));
  home = join(root, 'home');
  const tensors = writeTinyModel(join(root, 'tiny'), VOCABULARY);
  files = {
    'model.safetensors': safetensorsBytes(hubTensors(tensors)),
    'tokenizer.json': await readFile(join(root, 'tiny/tokenizer.json')),
    'generation_config.json': CONFIG,
    'README.md': Buffer.from('# Medical'),
  };
  hub = new HubServer({ ...files, [API]: apiOf('a') });
  await hub.start();
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

const options = (env: NodeJS.ProcessEnv = {}) => ({ home, env: { HF_ENDPOINT: hub.url, ...env } });
const add = (source: string, env?: NodeJS.ProcessEnv) => addModel(source, 'medical', options(env));

/** What is in the home, but for locks and downloads that another try goes on with. */
async function left(): Promise<string[]> {
  const entries = await readdir(home, { recursive: true }).catch(() => []);
  const whole = entries.filter((name) => !/\.lock\.\d+$|\.partial-downloads/.test(name));
  return whole.filter((name) => !['models', 'models/medical', 'graphs', 'graphs/medical'].includes(name));
}

describe('a model of the hub', { timeout: LIMIT }, () => {
  it('is added by its commit, over a connection that broke, and has what the hub says', async () => {
    let breaks = 1;
    hub.behaviour = (response, bytes) => {
      const isWeights = bytes.length === files['model.safetensors']?.length;
      (isWeights && breaks-- > 0 ? cut : good)(response, bytes);
    };
    const { model, folder, known } = await add('acme/medical');
    expect(known).toBe(false);
    expect(model).toMatchObject({
      name: 'medical',
      revision: 'a'.repeat(40),
      layout: 'safetensors',
      licence: 'apache-2.0',
      languages: ['en'],
      source: 'acme/medical@main',
    });
    expect(addedVersions(home, 'medical')).toEqual([model]);
    const names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
    expect(names.sort()).toEqual(['generation_config.json', 'model.safetensors', 'tokenizer.json']);
    expect(hub.requests[0]).toBe('/api/models/acme/medical/revision/main?blobs=true');
    const weights = hub.requests.filter((url) => url.includes('model.safetensors'));
    expect(weights).toEqual([
      `/acme/medical/resolve/${'a'.repeat(40)}/model.safetensors`,
      expect.stringMatching(/model\.safetensors from [1-9]\d+$/),
    ]);
    expect(await isHeld(folder)).toBe(true);
  });

  it('gets a new version where the hub has one, and fetches nothing where it has none', async () => {
    const first = await add('acme/medical');
    hub.requests.length = 0;
    expect((await add('acme/medical')).known).toBe(true);
    expect(hub.requests.filter((url) => url.includes('model.safetensors'))).toEqual([]);
    files['generation_config.json'] = Buffer.from(
      JSON.stringify({ suppress_tokens: [4], alignment_heads: [] }),
    );
    hub.replace('generation_config.json', files['generation_config.json']);
    hub.replace(API, apiOf('b'));

    const args = ['models', 'pull', 'medical', '--update', '--json'];
    const pulled = await longhand(home, args, { HF_ENDPOINT: hub.url }).outcome;
    expect(pulled.status, pulled.stderr).toBe(0);
    expect(JSON.parse(pulled.stdout)).toMatchObject({
      name: 'medical',
      revision: 'b'.repeat(40),
      updated: true,
    });
    expect(addedVersions(home, 'medical').map(({ revision }) => revision[0])).toEqual(['b', 'a']);
    expect((await stat(first.folder)).isDirectory()).toBe(true);
    const again = await longhand(home, args, { HF_ENDPOINT: hub.url }).outcome;
    expect(JSON.parse(again.stdout)).toMatchObject({ revision: 'b'.repeat(40), updated: false });
    expect(again.stderr).toContain('nothing newer');
  });

  it('is refused where bytes are not those that the hub told, or it is asked for offline', async () => {
    const other = Buffer.from(files['model.safetensors'] ?? '');
    other[other.length - 1]! ^= 1;
    hub.replace('model.safetensors', other);
    await expect(add('acme/medical')).rejects.toThrow(/LH_CHECKSUM Expected model\.safetensors with sha256/);
    hub.replace('tokenizer.json', Buffer.from('{}'));
    await expect(add('acme/medical')).rejects.toMatchObject({ code: 'LH_CHECKSUM' });
    expect(await left()).toEqual([]);
    hub.requests.length = 0;
    await expect(add('acme/medical', { LONGHAND_OFFLINE: '1' })).rejects.toMatchObject({
      code: 'LH_FETCH_FAILED',
      message: expect.stringMatching(/LONGHAND_OFFLINE is set.*add its folder/) as string,
    });
    expect(hub.requests).toEqual([]);
    hub.behaviour = absent;
    await expect(add('acme/nothing')).rejects.toThrow(/answered 404/);
    await expect(add(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'LH_OPTION_INVALID' });
  });
});

describe('a model in a folder', { timeout: LIMIT }, () => {
  /** Writes the tiny model with one of its tensors changed. */
  async function tinyWith(change: (tensors: ReturnType<typeof writeTinyModel>) => void): Promise<string> {
    const tensors = writeTinyModel(join(root, 'changed'), VOCABULARY);
    change(tensors);
    await rm(join(root, 'changed/model.bin'));
    await rm(join(root, 'changed/config.json'));
    await writeFile(join(root, 'changed/model.safetensors'), safetensorsBytes(hubTensors(tensors)));
    await writeFile(join(root, 'changed/generation_config.json'), CONFIG);
    return join(root, 'changed');
  }

  it('is refused where a tensor has another shape, or the trial gives no probabilities; nothing is left', async () => {
    const bent = await tinyWith((tensors) => {
      const name = 'decoder/position_encodings/encodings';
      tensors.set(name, { shape: [448, 32], values: new Float32Array(448 * 32) });
    });
    await expect(add(bent)).rejects.toMatchObject({
      code: 'LH_MODEL_INVALID',
      message: expect.stringMatching(/position_encodings.* \[448, 64\], but it has \[448, 32\]/) as string,
    });
    const broken = await tinyWith((tensors) => tensors.get('decoder/layer_norm/beta')?.values.fill(NaN));
    await expect(add(broken)).rejects.toMatchObject({
      code: 'LH_MODEL_INVALID',
      message: expect.stringMatching(/probabilities from a trial transcription/) as string,
    });
    expect(await left()).toEqual([]);
  });

  it('has its name by content; it is copied, and its graphs built again, where a byte of them rotted', async () => {
    const first = await add(join(root, 'tiny'));
    const { model, folder } = first;
    expect(model).toMatchObject({ layout: 'ct2', source: join(root, 'tiny'), licence: null });
    await mkdir(join(root, 'elsewhere'));
    for (const name of await readdir(join(root, 'tiny'))) {
      await writeFile(join(root, 'elsewhere', name), await readFile(join(root, 'tiny', name)));
    }
    expect((await addModel(join(root, 'elsewhere'), 'other', options())).model.revision).toBe(model.revision);

    const weights = join(folder, 'model.bin');
    const whole = await readFile(weights);
    const rotten = Buffer.from(whole);
    rotten[rotten.length - 1000]! ^= 1;
    const stamps = join(folder, '.verified.json');
    const rot = async () => {
      await writeFile(weights, rotten);
      // As a disk does it: the file system has seen no change.
      const { size, ino, ctimeMs } = await stat(weights);
      const known = JSON.parse(await readFile(stamps, 'utf8')) as Record<string, string>;
      await writeFile(stamps, JSON.stringify({ ...known, 'model.bin': `${size}:${ino}:${ctimeMs}` }));
    };
    await rot();
    await loadModel(model, 'fp32', options());
    expect((await readFile(weights)).equals(whole)).toBe(true);

    const { graphs } = await loadModel(model, 'fp32', options());
    const built = await readFile(join(graphs, 'decoder.onnx'));
    const notices: string[] = [];
    const load = () => loadModel(model, 'fp32', { ...options(), onNotice: (text) => notices.push(text) });
    for (const damage of [built.subarray(0, -1), Buffer.alloc(0), null]) {
      const decoder = join(graphs, 'decoder.onnx');
      await (damage ? writeFile(decoder, damage) : rm(decoder));
      // Weights that rotted meanwhile are not what they are built from.
      await rot();
      await load();
      expect((await readFile(decoder)).equals(built)).toBe(true);
      expect((await readFile(weights)).equals(whole)).toBe(true);
    }
    expect(notices.filter((text) => text.includes('graphs of medical are damaged'))).toHaveLength(3);
    await load();
    expect(notices.filter((text) => text.includes('graphs of medical are damaged'))).toHaveLength(3);

    await rm(join(root, 'tiny'), { recursive: true });
    await writeFile(weights, rotten);
    await expect(loadModel(model, 'fp32', options())).rejects.toMatchObject({
      code: 'LH_FETCH_FAILED',
      message: expect.stringMatching(/tiny \(.*ENOENT.*add it again: longhand models add/) as string,
    });
    // The only copy of the rest.
    expect((await readFile(weights)).equals(rotten)).toBe(true);
  });
});
