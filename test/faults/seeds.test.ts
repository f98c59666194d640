import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunkTimes, expectNothingLeft, interrupt } from '../integration/cli/command.ts';
import { testHome } from '../support/home.ts';
import { twoSections } from '../support/long-audio.ts';
import { longhand } from '../support/longhand.ts';
import { ROOT } from '../support/root.ts';
import { addressOf, standing } from '../support/up.ts';
import { WebServer, whole } from '../support/web-server.ts';
import { Ledger } from './harness/ledger.ts';
import { faultsOf, type Fault } from './harness/plan.ts';
import { seedsOf } from './harness/seeds.ts';
import { FAULTS, LEDGER } from './harness/strike.ts';
import { statesOf, watchProgress } from './harness/watch-progress.ts';
import { readOutputs, undisturbed, type Outputs } from './outputs.ts';

const LIMIT = 420_000;
const SEEDS = seedsOf(process.env.SEEDS ?? '1');

let audio: string;
let expected: Outputs;

beforeAll(async () => {
  audio = await twoSections();
  expected = await undisturbed(audio);
  expect(expected['two-sections.txt']).toContain('ask not what your country can do for you');
}, LIMIT);

afterAll(() => rm(dirname(audio), { recursive: true }));

describe.each(SEEDS)('the kills and failures of seed %i', (seed) => {
  it('change nothing, repeat little, and leave nothing', { timeout: LIMIT }, async () => {
    await using home = await testHome();
    const out = join(home.path, 'out');
    const faults = faultsOf(seed);
    const ledger = new Ledger(join(home.path, 'faults.jsonl'));
    await using web = await WebServer.start();
    const url = web.on(`/${basename(audio)}`, whole(await readFile(audio)));
    const allow = { LONGHAND_FETCH_ALLOW: `127.0.0.1:${web.port}` };
    const up = await standing(home.path, [], { ...disturbed(faults, ledger), ...allow });
    const address = addressOf(up);
    const watching = watchProgress(address);
    const command = longhand(home.path, ['transcribe', url, '--out', out]);
    const times = await firstTimes(home.path, command.outcome);
    const { status, stderr } = await command.outcome;
    expect(status, stderr).toBe(0);
    const { falls, answers } = await watching.stop();

    const struck = ledger.of('fault');
    expect(sorted(struck.map(({ fault }) => fault))).toEqual(sorted(faults));
    expect(await readOutputs(out)).toEqual(expected);

    // Each chunk was committed once and stays, and none is done again that was committed.
    const chunks = await chunkTimes(home.path);
    for (const [name, time] of times) expect(chunks.get(name)).toBe(time);
    const decoded = ledger.of('answered').filter(({ found }) => !found);
    expect(new Set(decoded.map(({ chunk }) => chunk)).size).toBe(decoded.length);
    const held = struck.reduce((sum, entry) => sum + entry.held, 0);
    expect(ledger.of('begun').length).toBeLessThanOrEqual(chunks.size + held);

    expect(await statesOf(address)).toEqual([
      'section completed',
      'section completed',
      'transcription completed',
    ]);
    expect(answers).toBeGreaterThan(0);
    expect(falls).toBe(0);

    expect((await readdir(join(home.path, 'store', 'jobs'), { recursive: true })).filter(isPart)).toEqual([]);
    expect((await interrupt(up)).status).toBe(0);
    await expectNothingLeft(home.path);
  });
});

/** Has every process that is started with it strike itself as planned. */
function disturbed(faults: readonly Fault[], { path }: Ledger): NodeJS.ProcessEnv {
  const inject = pathToFileURL(join(ROOT, 'test/faults/harness/inject.js')).href;
  return { NODE_OPTIONS: `--import=${inject}`, [FAULTS]: JSON.stringify(faults), [LEDGER]: path };
}

/** When each chunk was first seen to be committed, until a command ends. */
async function firstTimes(home: string, outcome: Promise<unknown>): Promise<Map<string, number>> {
  const first = new Map<string, number>();
  let isOver = false;
  void outcome.then(() => (isOver = true));
  while (!isOver) {
    for (const [name, time] of await chunkTimes(home)) if (!first.has(name)) first.set(name, time);
    await setTimeout(50);
  }
  return first;
}

const isPart = (name: string): boolean => name.endsWith('.part') || name.includes('~');

const sorted = (faults: readonly Fault[]): string[] =>
  faults.map(({ place, visit, kind }) => `${place} ${visit}: ${kind}`).sort();
