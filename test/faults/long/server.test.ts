import { execFileSync } from 'node:child_process';
import { copyFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunkTimes, committed, expectRefusal } from '../../integration/cli/command.ts';
import { canMount, mountAt } from '../../integration/cli/small-disk.ts';
import { audio as clip } from '../../formats/audio.ts';
import { testHome } from '../../support/home.ts';
import { twoSections } from '../../support/long-audio.ts';
import { longhand } from '../../support/longhand.ts';
import { whileStopped } from '../../support/processes.ts';
import { readTranscript, undisturbed, type Outputs } from '../outputs.ts';
import { endWorker, Pool } from '../pool.ts';

const LIMIT = 480_000;
/** Milliseconds until chunks are committed, on a machine that does much else. */
const UNDER_WAY = 150_000;
/** Milliseconds. */
const AWAY = 120_000;
const UNWRITABLE = 15_000;
const MOUNTS = canMount();

let audio: string;
let expected: Outputs;

beforeAll(async () => {
  audio = await twoSections();
  expected = await undisturbed(audio);
}, LIMIT);
afterAll(() => rm(dirname(audio), { recursive: true }));

/** Starts a pool's workers and the transcription of the recording, and waits for its first chunk. */
async function begin(pool: Pool) {
  const [media, gpu] = await Promise.all([pool.startWorker('media'), pool.startWorker('gpu')]);
  const transcription = await pool.transcribe(audio);
  await committed(pool.home, 1, UNDER_WAY);
  return { media, gpu, transcription };
}

describe('the Temporal server', { timeout: LIMIT }, () => {
  it('is restarted twice: nobody notices', async () => {
    await using pool = await Pool.start();
    const { transcription } = await begin(pool);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await pool.server.end(signal);
      await pool.server.start();
      await setTimeout(3000);
    }
    await transcription.result();
    expect(await readTranscript(pool.out)).toEqual(expected);
  });

  it('is gone for two minutes: what was begun goes on when it is back', async () => {
    await using pool = await Pool.start();
    const { transcription } = await begin(pool);
    await pool.server.end('SIGKILL');
    const result = transcription.result();
    await setTimeout(AWAY);
    const kept = await chunkTimes(pool.home);
    await pool.server.start();
    await result;
    expect(await readTranscript(pool.out)).toEqual(expected);
    await pool.expectKept(kept);
  });

  it('cannot write its database for a while: it goes on when it can', async () => {
    await using pool = await Pool.start();
    const { transcription } = await begin(pool);
    // No file may grow or be written beyond its first byte: what a full or a read-only disk does to a process.
    limitWrites(pool.server.pid, '0');
    await setTimeout(UNWRITABLE);
    limitWrites(pool.server.pid, 'unlimited');
    await transcription.result();
    expect(await readTranscript(pool.out)).toEqual(expected);
  });

  it('loses the last writes of its database with the power: the store knows what was done', async () => {
    await using pool = await Pool.start();
    const { transcription } = await begin(pool);
    const old = join(pool.home, 'old.db');
    const parts = ['', '-wal'];
    await whileStopped(pool.server.pid, async () => {
      for (const part of parts) await copyFile(pool.server.database + part, old + part);
    });
    await committed(pool.home, 8, UNDER_WAY);
    await pool.server.end('SIGKILL');
    await rm(`${pool.server.database}-shm`, { force: true });
    for (const part of parts) await copyFile(old + part, pool.server.database + part);
    const kept = await chunkTimes(pool.home);
    await pool.server.start();
    await transcription.result();
    expect(await readTranscript(pool.out)).toEqual(expected);
    await pool.expectKept(kept);
  });

  it.skipIf(!MOUNTS)(
    'that may not write its database does not start, says so, and starts when it may',
    async () => {
      await using home = await testHome();
      const folder = join(home.path, 'temporal');
      await using disk = await mountAt(folder, '200m');
      const jfk = clip('en/jfk.flac');
      expect((await longhand(home.path, ['transcribe', jfk]).outcome).status).toBe(0);
      disk.mayBeWritten(false);
      const other = clip('en/librivox_austen.flac');
      expectRefusal(await longhand(home.path, ['transcribe', other]).outcome, 'LH_SUPERVISOR_FAILED');
      disk.mayBeWritten(true);
      const { status, stdout } = await longhand(home.path, ['transcribe', other]).outcome;
      expect(status).toBe(0);
      expect(stdout).toContain('Dashwood');
    },
  );
});

describe('all workers', { timeout: LIMIT }, () => {
  it('are away for two minutes: the next ones go on', async () => {
    await using pool = await Pool.start();
    const { media, gpu, transcription } = await begin(pool);
    await Promise.all([endWorker(media, 'SIGKILL'), endWorker(gpu, 'SIGKILL')]);
    const kept = await chunkTimes(pool.home);
    await setTimeout(AWAY);
    expect((await transcription.describe()).status).toBe('running');
    await Promise.all([pool.startWorker('media'), pool.startWorker('gpu')]);
    await transcription.result();
    expect(await readTranscript(pool.out)).toEqual(expected);
    await pool.expectKept(kept);
  });
});

/** Bytes that a process may write to a file from now on; what it has written before stays. */
function limitWrites(pid: number, bytes: string): void {
  execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`]);
}
