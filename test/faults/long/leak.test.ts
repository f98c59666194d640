import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { longAudio } from '../../support/long-audio.ts';
import { reportOf } from '../../support/outputs.ts';
import { PeakMemory, type Peaks } from '../../support/peak-memory.ts';
import { PARTS, processesOf } from '../../support/processes.ts';
import { readTranscript, undisturbed, type Outputs } from '../outputs.ts';
import { Pool } from '../pool.ts';

/** Several batches for each engine. */
const MINUTES = 20;
const LIMIT = 600_000;
const MB = 1e6;
/** What each of two engines may hold: Whisper base in 8 bits needs some 500 MB for a window, and 25 for each more. */
const MEMORY = 700 * MB;
/** What an engine loses for good with each window. */
const LEAK = 60 * MB;
/** Windows of two batches: after the one it gets a fresh session, after the other it is ended. */
const NOTICED_AFTER = 12;

let audio: string;
let expected: Outputs;

beforeAll(async () => {
  audio = await longAudio(MINUTES);
  expected = await undisturbed(audio);
}, LIMIT);
afterAll(() => rm(dirname(audio), { recursive: true }));

describe('an engine that leaks', { timeout: LIMIT }, () => {
  it('is ended when it holds more than it may, and its windows are done by the next: no byte changes', async () => {
    await using pool = await Pool.start();
    const args = ['--memory', `${(2 * MEMORY) / MB}MB`];
    await Promise.all([pool.startWorker('media'), pool.startWorker('gpu', leaking(), { args })]);
    const memory = new PeakMemory(() => enginesOf(pool.home));
    const transcription = await pool.transcribe(audio);
    const result = await transcription.result();
    const { peaks } = await memory.stop();

    expect(await readTranscript(pool.out)).toEqual(expected);
    expect(result).toMatchObject({ gaps: 0, falls: 0 });
    const { chunks } = await reportOf(audio, pool.out);
    expect(chunks.flatMap(({ tries }) => tries.map(({ run }) => run?.attempt))).toEqual(chunks.map(() => 1));
    process.stdout.write(`Peaks of the engines, in MB: ${megabytes(peaks)}\n`);
    const held = Object.values(peaks).map((bytes) => bytes ?? 0);
    // Two at the beginning.
    expect(held.length).toBeGreaterThan(2);
    expect(Math.max(...held)).toBeLessThan(MEMORY + NOTICED_AFTER * LEAK);
  });
});

/** Has an engine keep memory for each window that it has done. */
function leaking(): NodeJS.ProcessEnv {
  const code = `
    if (process.argv[1]?.endsWith('engine/main.js')) {
      const kept = [];
      const send = process.send.bind(process);
      process.send = (message, ...rest) => {
        if (message.type === 'result') kept.push(Buffer.alloc(${LEAK}, 1));
        return send(message, ...rest);
      };
    }`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

/** The engines of a home, each under a name of its own. */
async function enginesOf(home: string): Promise<{ pid: number; name: string }[]> {
  const engines = (await processesOf(home)).filter(({ command }) => PARTS.engine.test(command));
  return engines.map(({ pid }) => ({ pid, name: String(pid) }));
}

/** For people: the most that each held. */
const megabytes = (peaks: Peaks<string>): string =>
  Object.values(peaks)
    .map((bytes = 0) => Math.round(bytes / MB))
    .join(', ');
