import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunkTimes, committed } from '../../integration/cli/command.ts';
import { audio as clip } from '../../formats/audio.ts';
import { twoSections } from '../../support/long-audio.ts';
import { reportOf } from '../../support/outputs.ts';
import { findPart, processesOf, PARTS, whileStopped } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import { readTranscript, undisturbed, type Outputs } from '../outputs.ts';
import { endWorker, Pool } from '../pool.ts';

const LIMIT = 300_000;
/** Milliseconds until chunks are committed, on a machine that does much else. */
const UNDER_WAY = 150_000;
/** Milliseconds: longer than the six seconds in which a worker that is silent counts as lost. */
const STOPPED = 12_000;
const HOUR = 3_600_000;

let audio: string;
let expected: Outputs;

beforeAll(async () => {
  audio = await twoSections();
  expected = await undisturbed(audio);
}, LIMIT);
afterAll(() => rm(dirname(audio), { recursive: true }));

describe('SIGTERM to a gpu worker', { timeout: LIMIT }, () => {
  it('whose chunk ends within the grace lets it end: it is done once, by its first attempt', async () => {
    await using pool = await Pool.start();
    const [, worker] = await Promise.all([pool.startWorker('media'), pool.startWorker('gpu')]);
    const transcription = await pool.transcribe(clip('en/jfk.flac'));
    await until(async () => (await pendingChunks(pool, transcription.id)) === 1, 'Expected a chunk to begin');
    await endWorker(worker, 'SIGTERM');
    expect((await chunkTimes(pool.home)).size).toBe(1);
    await transcription.result();
    const { chunks } = await reportOf('jfk.flac', pool.out);
    expect(chunks.flatMap(({ tries }) => tries.map(({ run }) => run?.attempt))).toEqual([1]);
  });

  it('whose chunks do not end within the grace gives them back, and the next does them', async () => {
    await using pool = await Pool.start();
    const [, worker] = await Promise.all([pool.startWorker('media'), pool.startWorker('gpu')]);
    const transcription = await pool.transcribe(audio);
    await committed(pool.home, 1, UNDER_WAY);
    // Engines that stand still end nothing, however quick the machine is.
    for (const { pid, command } of await processesOf(pool.home)) {
      if (PARTS.engine.test(command)) process.kill(pid, 'SIGSTOP');
    }
    await endWorker(worker, 'SIGTERM');
    const kept = await chunkTimes(pool.home);
    expect((await processesOf(pool.home)).filter(({ command }) => PARTS.engine.test(command))).toEqual([]);
    await pool.startWorker('gpu');
    await transcription.result();
    expect(await readTranscript(pool.out)).toEqual(expected);
    await pool.expectKept(kept);
  });
});

describe('SIGSTOP past the time in which a worker counts as lost, and SIGCONT', { timeout: LIMIT }, () => {
  it('of a gpu worker, while another takes over what it held', async () => {
    await using pool = await Pool.start();
    const [, stopped] = await Promise.all([pool.startWorker('media'), pool.startWorker('gpu')]);
    const transcription = await pool.transcribe(audio);
    await committed(pool.home, 1, UNDER_WAY);
    await whileStopped(stopped.process.pid!, async () => {
      await pool.startWorker('gpu');
      await transcription.result();
    });
    // What the other has committed stays when the one that stood still goes on.
    const kept = await chunkTimes(pool.home);
    await setTimeout(STOPPED);
    expect(await readTranscript(pool.out)).toEqual(expected);
    await pool.expectKept(kept);
    expect((await transcription.describe()).status).toBe('completed');
  });

  it('of the only media worker', async () => {
    await using pool = await Pool.start();
    const [stopped] = await Promise.all([pool.startWorker('media'), pool.startWorker('gpu')]);
    const transcription = await pool.transcribe(audio);
    await committed(pool.home, 1, UNDER_WAY);
    await whileStopped(stopped.process.pid!, () => setTimeout(STOPPED));
    await transcription.result();
    expect(await readTranscript(pool.out)).toEqual(expected);
  });

  it('of an engine', async () => {
    await using pool = await Pool.start();
    await Promise.all([pool.startWorker('media'), pool.startWorker('gpu')]);
    const transcription = await pool.transcribe(audio);
    await committed(pool.home, 1, UNDER_WAY);
    await whileStopped(await findPart(pool.home, 'engine'), () => setTimeout(STOPPED));
    await transcription.result();
    expect(await readTranscript(pool.out)).toEqual(expected);
  });
});

describe('clocks that differ', { timeout: LIMIT }, () => {
  it.each([
    ['an hour fast', HOUR, -HOUR],
    ['an hour slow', -HOUR, HOUR],
  ])('by two hours, a media worker’s %s, change no byte', async (_, media, gpu) => {
    await using pool = await Pool.start();
    await Promise.all([pool.startWorker('media', shifted(media)), pool.startWorker('gpu', shifted(gpu))]);
    const transcription = await pool.transcribe(audio);
    await transcription.result();
    expect(await readTranscript(pool.out)).toEqual(expected);
  });
});

/** Has a process believe that it is so many milliseconds later than it is. */
function shifted(milliseconds: number): NodeJS.ProcessEnv {
  const code = `
    const { now } = Date;
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
      constructor(...args) { if (args.length === 0) super(now() + ${milliseconds}); else super(...args); }
      static now() { return now() + ${milliseconds}; }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

/** Attempts of chunks that the server takes to be running. */
async function pendingChunks(pool: Pool, id: string): Promise<number> {
  const { raw } = await pool.describe(id);
  return (raw.pendingActivities ?? []).filter(
    ({ activityType, lastStartedTime }) => activityType?.name === 'transcribe' && lastStartedTime,
  ).length;
}
