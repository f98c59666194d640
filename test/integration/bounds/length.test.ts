import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { testHome } from '../../support/home.ts';
import { longAudio } from '../../support/long-audio.ts';
import { longhand } from '../../support/longhand.ts';
import { addressOf, standing } from '../../support/up.ts';
import { historySizes, type HistorySize } from './history.ts';
import { partsOf, PeakMemory, type Measured, type Peaks } from '../../support/peak-memory.ts';

const LIMIT = 1_200_000;
const MB = 2 ** 20;
/** Bytes that an hour may need beyond ten minutes. */
const MOST = 50 * MB;

/** What a run over a recording of some length cost. */
interface Run {
  readonly peaks: Peaks<Measured>;
  readonly histories: readonly HistorySize[];
  /** Files of committed chunks, and how many of them are of the recording of that length. */
  readonly chunks: number;
  readonly own: number;
  /** Milliseconds of the command. */
  readonly took: number;
}

/** Another ten minutes, which every run begins with. */
let first: string;
let short: Run;
let long: Run;

beforeAll(async () => {
  first = await longAudio(10, 0.5);
  short = await run(10);
  long = await run(60);
  // What a collector left for later once is no growth: that is there each time.
  if (growth() >= MOST) long = await run(60);
  await rm(dirname(first), { recursive: true });
  process.stdout.write(`${tableOf(short, long)}\n`);
}, LIMIT);

const growth = (): number => ownMemory(long) - ownMemory(short);

describe('ten minutes and an hour', () => {
  it('need the same memory, to 50 MB', () => {
    expect(growth()).toBeLessThan(MOST);
  });

  it('transcribe each chunk once', () => {
    for (const { histories, chunks } of [short, long]) {
      expect(chunks).toBeGreaterThan(15);
      expect(sum(histories, 'transcribed')).toBe(chunks);
      expect(sum(histories, 'attempts')).toBe(chunks);
    }
    expect(long.own).toBeGreaterThan(3 * short.own);
  });

  it('stay far below the bounds of a history', () => {
    expect(long.histories.length).toBeGreaterThan(5);
    for (const { events, largestPayload } of [...short.histories, ...long.histories]) {
      expect(events).toBeLessThan(1000);
      expect(largestPayload).toBeLessThan(256 * 1024);
    }
    const parent = long.histories.find(({ workflowId }) => !workflowId.includes('/'));
    expect(parent?.events).toBeLessThan(40 * long.histories.length);
  });
});

async function run(minutes: number): Promise<Run> {
  const audio = await longAudio(minutes);
  await using home = await testHome();
  const up = await standing(home.path);
  const memory = new PeakMemory(partsOf(home.path));
  const transcribe = async (file: string) => {
    const args = ['transcribe', file, '--out', join(home.path, 'out')];
    const { status, stderr, took } = await longhand(home.path, args).outcome;
    expect(status, stderr).toBe(0);
    return took;
  };
  // What processes allocate at first use is no growth with length: both runs measure processes that have worked, on
  // windows of the same lengths.
  await transcribe(first);
  const before = await chunksIn(home.path);
  const took = await transcribe(audio);
  const { peaks } = await memory.stop();
  const connection = await Connection.connect({ address: addressOf(up) });
  const histories = await historySizes(new Client({ connection }));
  await connection.close();
  await rm(dirname(audio), { recursive: true });
  const chunks = await chunksIn(home.path);
  return { peaks, histories, chunks, own: chunks - before, took };
}

async function chunksIn(home: string): Promise<number> {
  const files = await readdir(join(home, 'store', 'chunks'), { recursive: true });
  return files.filter((name) => name.endsWith('.json')).length;
}

/**
 * Bytes of all that is Longhand's own and lasts: the Temporal server has a memory of its own making, and ffmpeg is
 * there for a moment that a look may miss.
 */
function ownMemory({ peaks }: Run): number {
  const lasting = Object.entries(peaks).filter(([part]) => part !== 'server' && part !== 'helper');
  return lasting.reduce((total, [, bytes]) => total + bytes, 0);
}

function sum(histories: readonly HistorySize[], field: 'transcribed' | 'attempts'): number {
  return histories.reduce((total, history) => total + history[field], 0);
}

/** For people: the peak of each part in MB, and the largest history. */
function tableOf(...runs: readonly Run[]): string {
  return runs
    .map(({ peaks, histories, chunks, took }) => {
      const memory = Object.entries(peaks).map(([part, bytes]) => `${part} ${Math.round(bytes / MB)}`);
      const largest = (field: 'events' | 'largestPayload') =>
        Math.max(...histories.map((history) => history[field]));
      return [
        `${Math.round(took / 1000)} s, ${chunks} chunks, MB at peak: ${memory.join(', ')}`,
        `  ${histories.length} histories, up to ${largest('events')} events, payloads to ${largest('largestPayload')} bytes`,
      ].join('\n');
    })
    .join('\n');
}
