import { appendFile, cp, link, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ERRORS } from '../../../workflows/errors.ts';
import { longhand, type Outcome } from '../../support/longhand.ts';
import { expectRefusal } from './command.ts';

/** Folder of the machine's weights: `<home>/models/base/<revision>`. */
const WEIGHTS = process.env.LONGHAND_TEST_MODEL ?? '';
const REVISION = WEIGHTS.split('/').at(-1) ?? '';

let home: string;
const models = (...args: string[]): Promise<Outcome> =>
  longhand(home, ['models', ...args], { LONGHAND_MODELS: join(home, 'given') }).outcome;
const weights = (): string => join(home, 'models/base', REVISION);

/** The weights where a user would put them, as links, so that fetching them costs no network. */
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'longhand-test-'));
  await mkdir(join(home, 'given/base'), { recursive: true });
  for (const name of await readdir(WEIGHTS)) {
    if (name.startsWith('.')) continue;
    const [from, to] = [join(WEIGHTS, name), join(home, 'given/base', name)];
    await link(from, to).catch(() => cp(from, to));
  }
});
afterEach(() => rm(home, { recursive: true }));

describe('models', () => {
  it('are listed, pulled, verified, mended and removed', async () => {
    const none = {
      name: 'base',
      revision: REVISION,
      current: true,
      source: null,
      licence: 'MIT',
      bytes: 147_882_941,
      disk: 0,
      fetched: false,
      graphs: [],
      used: null,
    };
    expect(JSON.parse((await models('list', '--json')).stdout)).toEqual([
      none,
      expect.objectContaining({ name: 'tiny.en', fetched: false }),
    ]);
    expect(JSON.parse((await models('verify', '--json')).stdout)).toEqual([]);
    const missing = await models('verify', 'base');
    expect(missing.status).toBe(ERRORS.LH_CHECKSUM.exit);
    expect(missing.stdout).toContain('model.bin missing');

    const pulled = await models('pull', 'base', '--json');
    const { bytes, revision } = none;
    expect(JSON.parse(pulled.stdout)).toEqual({
      name: 'base',
      revision,
      folder: weights(),
      bytes,
      updated: false,
    });
    const pinned = await models('pull', 'base', '--update');
    expect(pinned.stderr).toContain('base is pinned to');
    expect((await models('list')).stdout).toMatch(
      /^NAME .*\nbase +[0-9a-f]{12} +148 MB +148 MB +MIT +yes +none +\d{4}-\d\d-\d\d\n/,
    );
    expect((await models('verify')).stdout).toBe('base weights: ok\n');

    // A copy of its own: the given one is linked to the machine's.
    const damaged = join(weights(), 'vocabulary.txt');
    const whole = await readFile(damaged);
    await rm(damaged);
    await appendFile(damaged, Buffer.concat([whole.subarray(0, -1), Buffer.from('x')]));
    const verified = await models('verify', 'base', '--json');
    expect(verified.status).toBe(ERRORS.LH_CHECKSUM.exit);
    expect(JSON.parse(verified.stdout)).toMatchObject([
      { name: 'base', ok: false, weights: [{ file: 'vocabulary.txt' }], graphs: [] },
    ]);
    expect((await models('verify')).stdout).toContain(
      'next: longhand models remove base && longhand models pull base',
    );

    expect(JSON.parse((await models('remove', 'base', '--json')).stdout)).toEqual({
      name: 'base',
      removed: [weights()],
    });
    await expect(stat(weights())).rejects.toThrow('ENOENT');
    expect((await models('remove', 'base')).stdout).toBe('Nothing of base is here\n');
    expect((await readdir(dirname(weights()))).filter((name) => !name.includes('.lock.'))).toEqual([]);
  });

  it('that the catalogue lacks are refused', async () => {
    for (const command of ['pull', 'verify', 'remove']) {
      expectRefusal(await models(command, 'huge'), 'LH_MODEL_UNKNOWN');
    }
  });
});
