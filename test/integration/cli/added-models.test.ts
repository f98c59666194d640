import { link, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transcript } from '../../../workflows/contract.ts';
import { longAudio } from '../../support/long-audio.ts';
import { longhand, type Command, type Outcome } from '../../support/longhand.ts';
import { endAll } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import { standing } from '../../support/up.ts';
import { audio, chunkTimes, expectNothingLeft, expectRefusal, interrupt } from './command.ts';

const LIMIT = 600_000;
/** Milliseconds in which a second model is loaded and has said something of twenty minutes. */
const PATIENCE = 240_000;
/** Folder of the machine's weights: `<home>/models/base/<revision>`. */
const WEIGHTS = process.env.LONGHAND_TEST_MODEL ?? '';
const SHARED = process.env.LONGHAND_TEST_HOME ?? '';

let home: string;
let up: Command;
const path = (name: string): string => join(home, name);
const run = (...args: string[]): Promise<Outcome> => longhand(home, args).outcome;

interface Listed {
  readonly name: string;
  readonly revision: string;
  readonly current: boolean;
  readonly used: string | null;
}
const listed = async (): Promise<Listed[]> => {
  const all = JSON.parse((await run('models', 'list', '--json')).stdout) as Listed[];
  return all.filter(({ name }) => name === 'medical');
};

async function add(folder: string): Promise<string> {
  const { status, stdout, stderr } = await run('models', 'add', path(folder), '--name', 'medical', '--json');
  expect(status, stderr).toBe(0);
  return (JSON.parse(stdout) as { revision: string }).revision;
}

/** A model folder as fine-tuning might leave it: base, that may not say the words in `unsaid`. */
async function makeModel(folder: string, unsaid: readonly string[]): Promise<void> {
  await mkdir(path(folder));
  for (const name of ['model.bin', 'tokenizer.json', 'config.json']) {
    const [from, to] = [join(WEIGHTS, name), path(join(folder, name))];
    if (name === 'model.bin') await link(from, to).catch(() => cp(from, to));
    else await cp(from, to);
  }
  const { model } = JSON.parse(await readFile(path(join(folder, 'tokenizer.json')), 'utf8')) as {
    model: { vocab: Record<string, number> };
  };
  const config = JSON.parse(await readFile(path(join(folder, 'config.json')), 'utf8')) as {
    suppress_ids: number[];
  };
  config.suppress_ids.push(...unsaid.map((word) => model.vocab[`Ġ${word}`] ?? -1));
  await writeFile(path(join(folder, 'config.json')), JSON.stringify(config));
}

/** A home of its own, whose models are not the machine's but for base. */
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'longhand-test-'));
  for (const name of ['models/base', 'graphs/base', 'tools']) {
    await mkdir(dirname(path(name)), { recursive: true });
    await symlink(join(SHARED, name), path(name));
  }
  await makeModel('first', []);
  await makeModel('second', ['country']);
  up = await standing(home);
}, LIMIT);
afterAll(async () => {
  expect((await interrupt(up)).status).toBe(0);
  await expectNothingLeft(home);
  await endAll(home);
  await rm(home, { recursive: true });
}, LIMIT);

async function transcriptOf(file: string): Promise<Transcript> {
  return JSON.parse(await readFile(path(file), 'utf8')) as Transcript;
}
const revisionsOf = ({ chunks }: Transcript): (string | undefined)[] => [
  ...new Set(chunks.map(({ rung }) => rung?.revision)),
];
const textOf = ({ segments }: Transcript): string => segments.map(({ text }) => text).join(' ');

describe('a model of the user’s own', { timeout: LIMIT }, () => {
  it('is refused where it is damaged, and nothing is left of it', async () => {
    await makeModel('damaged', []);
    await rm(path('damaged/tokenizer.json'));
    expectRefusal(await run('models', 'add', path('damaged'), '--name', 'medical'), 'LH_MODEL_INVALID');
    const bytes = await readFile(join(WEIGHTS, 'model.bin'));
    await rm(path('damaged/model.bin'));
    await writeFile(path('damaged/model.bin'), bytes.subarray(0, bytes.length / 2));
    await cp(join(WEIGHTS, 'tokenizer.json'), path('damaged/tokenizer.json'));
    expectRefusal(await run('models', 'add', path('damaged'), '--name', 'medical'), 'LH_MODEL_INVALID');
    expect(await listed()).toEqual([]);
    const left = await readdir(path('models/medical')).catch(() => []);
    expect(left.filter((name) => !name.includes('.lock.'))).toEqual([]);
    expect(await readdir(path('graphs'))).toEqual(['base']);
    expectRefusal(await run('transcribe', audio('en/jfk.flac'), '--model', 'medical'), 'LH_MODEL_UNKNOWN');
  });

  it('is replaced while a job runs, which keeps the version it began with', async () => {
    const first = await add('first');
    const long = await longAudio(20);
    const before = longhand(home, ['transcribe', long, '--model', 'medical', '--out', path('before')]);
    await until(
      async () => (await chunkTimes(home)).size >= 2,
      () => `Expected 2 chunks to be committed, got: ${before.stderr()}`,
      PATIENCE,
    );
    const second = await add('second');
    expect(second).not.toBe(first);
    expect(before.process.exitCode).toBeNull();
    expect((await listed()).map(({ revision, current }) => [revision, current])).toEqual([
      [second, true],
      [first, false],
    ]);

    // The same wish after the replacement is another one.
    const after = await run('transcribe', audio('en/jfk.flac'), '--model', 'medical', '--out', path('after'));
    expect(after.status, after.stderr).toBe(0);
    const { status, stderr } = await before.outcome;
    expect(status, stderr).toBe(0);
    const [old, young] = [await transcriptOf('before/long20.json'), await transcriptOf('after/jfk.json')];
    expect(revisionsOf(old)).toEqual([first]);
    expect(textOf(old)).toContain('for your country');
    expect(revisionsOf(young)).toEqual([second]);
    expect(young.options.model).toBe(`medical@${second.slice(0, 12)}`);
    expect(textOf(young)).not.toMatch(/\bcountry\b/);
    expect(textOf(young)).toMatch(/ask not what your/);

    // A version can be asked for, and base runs beside.
    const pinned = ['--model', `medical@${first.slice(0, 8)}`, '--out', path('pinned')];
    const again = await run('transcribe', audio('en/jfk.flac'), ...pinned);
    expect(again.status, again.stderr).toBe(0);
    expect(revisionsOf(await transcriptOf('pinned/jfk.json'))).toEqual([first]);
    const base = await run('transcribe', audio('en/jfk.flac'));
    expect(base.status, base.stderr).toBe(0);
    await rm(dirname(long), { recursive: true });
  });

  it('is kept while it runs, and removed by version or as a whole', async () => {
    expectRefusal(await run('models', 'remove', 'medical'), 'LH_MODEL_IN_USE');
    expect((await listed()).every(({ used }) => used !== null)).toBe(true);
    expect((await interrupt(up)).status).toBe(0);
    const [current, old] = await listed();
    expectRefusal(await run('models', 'remove', `medical@${current?.revision}`), 'LH_OPTION_INVALID');
    const removed = await run('models', 'remove', `medical@${old?.revision}`, '--json');
    const { folders } = { folders: (JSON.parse(removed.stdout) as { removed: string[] }).removed };
    expect(folders).toHaveLength(2);
    expect(folders.every((folder) => folder.includes(old?.revision ?? '-'))).toBe(true);
    expect(await listed()).toMatchObject([{ revision: current?.revision, current: true }]);
    expect((await run('models', 'remove', 'medical')).status).toBe(0);
    expect(await listed()).toEqual([]);
    up = await standing(home);
  });
});
