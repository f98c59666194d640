import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testHome } from '../../support/home.ts';
import { longAudio } from '../../support/long-audio.ts';
import { longhand } from '../../support/longhand.ts';
import { clipsOf, pathOf } from '../../support/manifest.ts';
import { PARTS, processesOf, processorTime } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import { addressOf, standing } from '../../support/up.ts';

const LIMIT = 240_000;
/** Chunks that a CPU's engines hold at most: two batches and those that wait behind them. */
const HELD = 18;
/** Chunks that are done when it is cancelled, at least. */
const DONE = 9;
/** Milliseconds in which an engine at rest uses next to no processor. */
const REST = 2000;

let audio: string;
beforeAll(async () => {
  audio = await longAudio(30);
}, LIMIT);
afterAll(() => rm(dirname(audio), { recursive: true }));

it(
  'a cancelled transcription stops the engine within a batch, commits no more, and leaves the device to the next',
  async () => {
    await using home = await testHome();
    const up = await standing(home.path);
    const command = longhand(home.path, ['transcribe', audio, '--out', join(home.path, 'out')]);
    const before = await enginesTime(home.path);
    const first = await chunksAt(home.path, DONE);
    const atCancel = await enginesTime(home.path);
    const ofChunk = (atCancel - before) / first;
    const connection = await Connection.connect({ address: addressOf(up) });
    const { workflow } = new Client({ connection });
    for await (const { workflowId } of workflow.list({ query: 'ExecutionStatus = "Running"' })) {
      await workflow.getHandle(workflowId).cancel();
    }

    // Counted in processor time, which other programs take from nobody: of some 50 chunks that are left, 18 are begun.
    await untilAtRest(home.path);
    const atRest = await enginesTime(home.path);
    expect(atRest - atCancel).toBeLessThan(1.5 * HELD * ofChunk);
    const committed = await countChunks(home.path);
    await setTimeout(REST);
    expect(await countChunks(home.path)).toBe(committed);
    expect(committed).toBeLessThan(DONE + 2 * HELD);

    const { status, stderr } = await command.outcome;
    expect(status, stderr).toBe(130);
    expect(stderr).toContain('LH_CANCELLED');
    const [clip] = clipsOf('speech');
    const next = await longhand(home.path, ['transcribe', pathOf(clip!)]).outcome;
    expect(next.stdout).toContain('ask not what your country can do for you');
    expect((await enginesTime(home.path)) - atRest).toBeLessThan(4 * ofChunk);
    await connection.close();
  },
  LIMIT,
);

/** Milliseconds of processor time that the engines of a home have used. */
async function enginesTime(home: string): Promise<number> {
  const engines = (await processesOf(home)).filter(({ command }) => PARTS.engine.test(command));
  return engines.reduce((sum, { pid }) => sum + processorTime(pid), 0);
}

/** Waits until the engines use next to no processor. */
const untilAtRest = (home: string): Promise<true> =>
  until(
    async () => {
      const used = await enginesTime(home);
      await setTimeout(REST);
      return (await enginesTime(home)) - used < REST / 10;
    },
    'Expected it to rest',
    90_000,
  );

/** Waits for at least so many chunks; gives how many there are. */
async function chunksAt(home: string, wanted: number): Promise<number> {
  for (let count = await countChunks(home); ; count = await countChunks(home)) {
    if (count >= wanted) return count;
    await setTimeout(20);
  }
}

async function countChunks(home: string): Promise<number> {
  const names = await readdir(join(home, 'store', 'chunks'), { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith('.json')).length;
}
