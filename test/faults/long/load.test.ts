import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { longAudio } from '../../support/long-audio.ts';
import type { Command } from '../../support/longhand.ts';
import { decode, RATE, writeWav } from '../../support/wav.ts';
import { endWorker, Pool, type Kind } from '../pool.ts';

const JOBS = Number(process.env.LONGHAND_JOBS ?? 1000);
/** Jobs that a backend has begun and not seen the end of. */
const OPEN = 200;
/** Milliseconds between two deaths. */
const PEACE = 20_000;
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
  'jobs of mixed length over two gpu workers all end, whoever is killed meanwhile',
  async () => {
    await using pool = await Pool.start();
    const kinds: readonly Kind[] = ['gpu', 'gpu', 'media'];
    const workers = await Promise.all(kinds.map((kind) => pool.startWorker(kind)));
    const began = performance.now();
    const over = new AbortController();
    const deaths = killInTurn(pool, kinds, workers, over.signal);
    const ended: Ended[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < JOBS) ended.push(await transcribe(pool, next++));
    };
    await Promise.all(Array.from({ length: OPEN }, work));
    const wall = (performance.now() - began) / 1000;
    over.abort();
    const killed = await deaths;
    process.stdout.write(`${figures(ended, wall, killed)}\n`);
    expect(ended).toHaveLength(JOBS);
    expect(killed).toBeGreaterThan(0);
  },
  JOBS * OF_JOB,
);

/** Transcribes a stretch of speech that no other job has. */
async function transcribe(pool: Pool, job: number): Promise<Ended> {
  const { name, seconds } = MIX[job % MIX.length]!;
  const path = join(folder, `job-${job}.wav`);
  const at = (job * 7 * RATE) % (samples.length - seconds * RATE);
  // The job's number makes samples of its own, and stays unheard.
  const own = samples
    .slice(at, at + seconds * RATE)
    .map((sample, place) => Math.min(sample + (place % 997 === job % 997 ? 1 : 0), 32_767));
  await writeWav(path, own);
  const began = performance.now();
  const transcription = await pool.longhand.transcribe(path, { formats: ['txt'] });
  const result = await transcription.result();
  expect(result, path).toMatchObject({ gaps: 0, falls: 0 });
  expect(result.segments, path).toBeGreaterThan(0);
  await rm(path);
  return { name, audio: seconds, took: (performance.now() - began) / 1000 };
}

/** Kills one worker after the other and starts another in its place; gives how many. */
async function killInTurn(
  pool: Pool,
  kinds: readonly Kind[],
  workers: Command[],
  signal: AbortSignal,
): Promise<number> {
  for (let count = 0; ; count += 1) {
    await setTimeout(PEACE, null, { signal }).catch(() => undefined);
    if (signal.aborted) return count;
    const place = count % workers.length;
    await endWorker(workers[place]!, 'SIGKILL');
    workers[place] = await pool.startWorker(kinds[place]!);
  }
}

/** For people: what the machine did. */
function figures(ended: readonly Ended[], wall: number, killed: number): string {
  const audio = ended.reduce((sum, one) => sum + one.audio, 0);
  const rows = LENGTHS.map(({ name, seconds }) => {
    const took = ended.flatMap((one) => (one.name === name ? [one.took] : [])).sort((a, b) => a - b);
    const at = (share: number) => (took[Math.floor(share * (took.length - 1))] ?? 0).toFixed(1);
    return `${took.length} ${name} (${seconds} s): half within ${at(0.5)} s, 95 % within ${at(0.95)} s`;
  });
  const hours = (audio / 3600).toFixed(2);
  const speed = (audio / wall).toFixed(1);
  return [
    `${ended.length} jobs, ${hours} h of audio in ${wall.toFixed(0)} s: ${speed} times real time, ${killed} workers killed`,
    ...rows,
  ].join('\n');
}
