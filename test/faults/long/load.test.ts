import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Transcription } from '../../../client/index.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { whyNotHere } from '../../compose/programs.ts';
import { Servers } from '../../compose/servers.ts';
import { longAudio } from '../../support/long-audio.ts';
import type { Command } from '../../support/longhand.ts';
import { decode, RATE, writeWav } from '../../support/wav.ts';
import type { PoolServer } from '../dev-server.ts';
import { endWorker, Pool } from '../pool.ts';

/** From two hundred on, every kind of process is killed at least once. */
const JOBS = Number(process.env.LONGHAND_JOBS ?? 1000);
/** Jobs that a backend has begun and not seen the end of. */
const OPEN = 200;
/** Milliseconds between two deaths. */
const PEACE = 20_000;
const WORKERS = ['media', 'gpu', 'gpu'] as const;
/** Milliseconds a job, on a machine that does much else. */
const OF_JOB = 20_000;
/** In seconds, and how many of twenty jobs are so long. */
const LENGTHS = [
  { name: 'short', seconds: 8, share: 14 },
  { name: 'medium', seconds: 45, share: 5 },
  { name: 'long', seconds: 240, share: 1 },
] as const;
const MIX = LENGTHS.flatMap((length) => Array.from({ length: length.share }, () => length));

interface Ended {
  readonly name: string;
  readonly audio: number;
  /** Seconds from its start until its end was known. */
  readonly took: number;
  readonly text: string;
}

let folder: string;
let source: string;
let samples: Int16Array;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-load-'));
  source = await longAudio(10);
  samples = await decode(source);
}, 120_000);
afterAll(() => Promise.all([folder, dirname(source)].map((path) => rm(path, { recursive: true }))));

it(
  'a thousand jobs of mixed length over two gpu workers all end once, whoever is killed meanwhile',
  async () => {
    await using servers = whyNotHere() === null ? await Servers.start() : null;
    // For this client of the store, and for the workers that it starts.
    Object.assign(process.env, servers?.storeKeys);
    await using pool: Pool<PoolServer> = await (servers ? Pool.on(servers.forPool()) : Pool.start());
    const empty = await pool.server.databaseBytes();
    const workers = await Promise.all(WORKERS.map((kind) => pool.startWorker(kind)));
    const ended: Ended[] = [];
    const over = new AbortController();
    const [wall, killed] = await Promise.all([
      doJobs(pool, ended).finally(() => over.abort()),
      killInTurn(pool, workers, ended, over.signal),
    ]);

    // The server's lists lag behind its workflows.
    await expect
      .poll(async () => (await pool.transcriptions()).map(({ status }) => status.name), { timeout: 30_000 })
      .toEqual(Array.from({ length: JOBS }, () => 'COMPLETED'));
    const runs = await pool.transcriptions();
    const events = runs.reduce((sum, { historyLength }) => sum + historyLength, 0);
    const grown = (await pool.server.databaseBytes()) - empty;
    process.stdout.write(
      [
        `On ${pool.server.name}`,
        ...figures(ended, wall),
        `Killed: ${Object.entries(killed)
          .map(([kind, times]) => `${kind} ${times} times`)
          .join(', ')}`,
        `${events} events in the histories, ${(grown / 1e6).toFixed(0)} MB more in the database\n`,
      ].join('\n'),
    );
    expect(ended.filter(({ text }) => text === '')).toEqual([]);
    expect(new Set(runs.map(({ workflowId }) => workflowId)).size).toBe(JOBS);
    expect(Math.min(...Object.values(killed))).toBeGreaterThan(0);
  },
  JOBS * OF_JOB,
);

/** Gives how many seconds they took. */
async function doJobs(pool: Pool<PoolServer>, ended: Ended[]): Promise<number> {
  const began = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < JOBS) ended.push(await transcribe(pool, next++));
  };
  await Promise.all(Array.from({ length: OPEN }, work));
  return (performance.now() - began) / 1000;
}

/** Transcribes a stretch of speech that no other job has. */
async function transcribe(pool: Pool<PoolServer>, job: number): Promise<Ended> {
  const { name, seconds } = MIX[job % MIX.length]!;
  const path = join(folder, `job-${job}.wav`);
  const at = (job * 7 * RATE) % (samples.length - seconds * RATE);
  // The job's number makes samples of its own, and stays unheard.
  const own = samples
    .slice(at, at + seconds * RATE)
    .map((sample, place) => Math.min(sample + (place % 997 === job % 997 ? 1 : 0), 32_767));
  await writeWav(path, own);
  const began = performance.now();
  const transcription = await start(pool, path);
  expect(await transcription.result(), path).toMatchObject({ gaps: 0, falls: 0 });
  const took = (performance.now() - began) / 1000;
  const text = (await transcription.read('txt')).trim();
  await rm(path);
  return { name, audio: seconds, took, text };
}

/** As a backend does that finds the server away: again, until it is there. */
async function start(pool: Pool<PoolServer>, path: string): Promise<Transcription> {
  for (;;) {
    try {
      return await pool.longhand.transcribe(path, { formats: ['txt'] });
    } catch (error) {
      if (!(error instanceof LonghandError && error.code === 'LH_SERVER_UNREACHABLE')) throw error;
      await setTimeout(1000);
    }
  }
}

/**
 * Kills one worker after the other and starts another in its place; once, after half of the jobs, the Temporal server.
 * Gives how often each was killed.
 */
async function killInTurn(
  pool: Pool<PoolServer>,
  workers: Command[],
  ended: readonly Ended[],
  signal: AbortSignal,
) {
  const killed = { gpu: 0, media: 0, server: 0 };
  let turn = 0;
  for (;;) {
    await setTimeout(PEACE, null, { signal }).catch(() => undefined);
    if (signal.aborted) return killed;
    if (killed.server === 0 && ended.length >= JOBS / 2) {
      await pool.server.end('SIGKILL');
      await pool.server.start();
      killed.server += 1;
      continue;
    }
    const place = turn++ % WORKERS.length;
    const kind = WORKERS[place]!;
    await endWorker(workers[place]!, 'SIGKILL');
    workers[place] = await pool.startWorker(kind);
    killed[kind] += 1;
  }
}

/** For people: what the machine did. */
function figures(ended: readonly Ended[], wall: number): string[] {
  const audio = ended.reduce((sum, one) => sum + one.audio, 0);
  const rows = LENGTHS.map(({ name, seconds }) => {
    const took = ended.flatMap((one) => (one.name === name ? [one.took] : [])).sort((a, b) => a - b);
    const at = (share: number) => (took[Math.floor(share * (took.length - 1))] ?? 0).toFixed(1);
    return `${took.length} ${name} (${seconds} s): half within ${at(0.5)} s, 95 % within ${at(0.95)} s`;
  });
  const hours = (audio / 3600).toFixed(2);
  const speed = (audio / wall).toFixed(1);
  return [
    `${ended.length} jobs, ${hours} h of audio in ${wall.toFixed(0)} s: ${speed} times real time`,
    ...rows,
  ];
}
