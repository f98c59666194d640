import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testHome } from '../../support/home.ts';
import { longAudio } from '../../support/long-audio.ts';
import { longhand } from '../../support/longhand.ts';
import { clipsOf, pathOf } from '../../support/manifest.ts';
import { findPart, processorTime } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import { addressOf, standing } from '../../support/up.ts';

const LIMIT = 240_000;
/** Chunks that the engine decodes together. */
const BATCH = 8;
/** Milliseconds in which an engine at rest uses next to no processor. */
const REST = 2000;

let audio: string;
beforeAll(async () => {
  audio = await longAudio(10);
}, LIMIT);
afterAll(() => rm(dirname(audio), { recursive: true }));

it(
  'a cancelled transcription stops the engine within a batch, commits no more, and leaves the device to the next',
  async () => {
    await using home = await testHome();
    const up = await standing(home.path);
    const command = longhand(home.path, ['transcribe', audio, '--out', join(home.path, 'out')]);
    const engine = await findPart(home.path, 'engine');
    const before = processorTime(engine);
    const first = await chunksAt(home.path, BATCH + 1);
    const atCancel = processorTime(engine);
    const ofChunk = (atCancel - before) / first;
    const connection = await Connection.connect({ address: addressOf(up) });
    const { workflow } = new Client({ connection });
    for await (const { workflowId } of workflow.list({ query: 'ExecutionStatus = "Running"' })) {
      await workflow.getHandle(workflowId).cancel();
    }

    // Counted in processor time, which other programs take from nobody: of 15 chunks that are left, 8 are begun.
    await untilAtRest(engine);
    const atRest = processorTime(engine);
    expect(atRest - atCancel).toBeLessThan(1.5 * BATCH * ofChunk);
    const committed = await countChunks(home.path);
    await setTimeout(REST);
    expect(await countChunks(home.path)).toBe(committed);
    expect(committed).toBeLessThan(20);

    const { status, stderr } = await command.outcome;
    expect(status, stderr).toBe(130);
    expect(stderr).toContain('LH_CANCELLED');
    const [clip] = clipsOf('speech');
    const next = await longhand(home.path, ['transcribe', pathOf(clip!)]).outcome;
    expect(next.stdout).toContain('ask not what your country can do for you');
    expect(processorTime(engine) - atRest).toBeLessThan(4 * ofChunk);
    await connection.close();
  },
  LIMIT,
);

/** Waits until a process uses next to no processor. */
const untilAtRest = (pid: number): Promise<true> =>
  until(
    async () => {
      const used = processorTime(pid);
      await setTimeout(REST);
      return processorTime(pid) - used < REST / 10;
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
