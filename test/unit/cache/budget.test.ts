import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeVersions, type AddedModel } from '../../../models/added/registry.ts';
import { budgetOf, keepWithinBudget } from '../../../models/budget.ts';
import { hold, isHeld, lastUsed } from '../../../models/cache/hold.ts';
import { withLock } from '../../../models/cache/lock.ts';

let home: string;
const notices: string[] = [];
const options = (budget: string) => ({
  home,
  env: { LONGHAND_MODELS_BUDGET: budget },
  onNotice: (line: string) => notices.push(line),
});

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'longhand-budget-'));
  notices.length = 0;
});
afterEach(() => rm(home, { recursive: true }));

/** A folder of a megabyte that was last used so many days ago, by a process that has ended. */
async function unit(folder: string, days: number): Promise<string> {
  const path = join(home, folder);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'content'), Buffer.alloc(1_000_000));
  const mark = join(path, '.held-1');
  await writeFile(mark, 'a process that has ended');
  const time = new Date(Date.now() - days * 86_400_000);
  await utimes(mark, time, time);
  return path;
}

describe('the disk budget of models', () => {
  it.each([
    ['', null],
    ['20GB', 20e9],
    ['1.5 TB', 1.5e12],
    ['300MB', 300e6],
  ])('of %j is %j bytes', (text, bytes) => {
    expect(budgetOf({ LONGHAND_MODELS_BUDGET: text })).toBe(bytes);
  });

  it.each(['20', '20G', '-1GB', 'lots'])('is not %j', (text) => {
    expect(() => budgetOf({ LONGHAND_MODELS_BUDGET: text })).toThrow(
      expect.objectContaining({ code: 'LH_OPTION_INVALID' }),
    );
  });

  it('removes what was used longest ago, weights and graphs alike, and no more than it must', async () => {
    const weights = await unit('models/base/aa', 3);
    const old = await unit('graphs/base/aa/fp32-v2', 9);
    const young = await unit('graphs/base/aa/int8-v2', 1);
    expect(await keepWithinBudget(options(''))).toEqual([]);
    expect(await keepWithinBudget(options('5MB'))).toEqual([]);
    expect(await keepWithinBudget(options('2.5MB'))).toEqual([old]);
    expect(await keepWithinBudget(options('1.5MB'))).toEqual([weights]);
    expect(await readdir(young)).toContain('content');
    expect(notices.filter((line) => line.startsWith('Removed '))).toHaveLength(2);
  });

  it('keeps what a process uses or makes, and says that it is more', async () => {
    const held = await unit('models/base/aa', 9);
    const made = await unit('graphs/base/aa/int8-v2', 9);
    expect(await hold(held)).toBe(true);
    await withLock(`${made}.lock`, async () => {
      expect(await keepWithinBudget(options('1MB'))).toEqual([]);
    });
    expect(notices).toEqual([expect.stringMatching(/^Models take 0\.00 GB, more than the budget/)]);
  });

  it('keeps weights that only this home has, and removes those that the hub has', async () => {
    const version = (revision: string, sources: AddedModel['sources']): AddedModel => ({
      ...{ kind: 'models', name: 'medical', version: revision, revision, sources, files: [], byHand: '' },
      ...{ licence: null, languages: [], layout: 'ct2', source: 'x', added: revision },
    });
    const own = version('aa', [{ kind: 'path', path: '/elsewhere' }]);
    const hubs = version('bb', [{ kind: 'hub', repository: 'some/model', revision: 'bb' }]);
    await writeVersions(home, 'medical', [own, hubs]);
    await unit('models/medical/aa', 9);
    const fetched = await unit('models/medical/bb', 1);
    expect(await keepWithinBudget(options('0.1MB'))).toEqual([fetched]);
  });
});

describe('a hold', () => {
  it('ends with its process, and leaves the time of the use', async () => {
    const folder = await unit('models/base/aa', 9);
    expect(await isHeld(folder)).toBe(false);
    const before = Date.now() - 1000;
    const script = `import('${new URL('../../../models/cache/hold.ts', import.meta.url).href}').then(async ({ hold }) => {
      console.log(await hold(process.argv[1]));
      setInterval(() => {}, 1000);
    });`;
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', script, folder]);
    const [said] = await new Promise<string[]>((resolve) =>
      child.stdout.once('data', (text) => resolve([String(text)])),
    );
    expect(said).toBe('true\n');
    expect(await isHeld(folder)).toBe(true);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(await isHeld(folder)).toBe(false);
    expect((await lastUsed(folder))?.getTime()).toBeGreaterThan(before);
  });

  it('of a folder that is gone is none', async () => {
    await mkdir(join(home, 'models/base'), { recursive: true });
    expect(await hold(join(home, 'models/base/aa'))).toBe(false);
    expect(await lastUsed(join(home, 'models/base/aa'))).toBeNull();
  });
});
