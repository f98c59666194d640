import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Longhand } from '../../../client/index.ts';
import { audio as clip } from '../../formats/audio.ts';
import { testHome } from '../../support/home.ts';
import { partsOf, type Measured } from '../../support/peak-memory.ts';
import { addressOf, standing } from '../../support/up.ts';
import { decode, writeWav } from '../../support/wav.ts';

const JOBS = Number(process.env.LONGHAND_JOBS ?? 1000);
/** Jobs after which what is allocated at first use has been. */
const FIRST = 100;
/** Jobs that a backend has running side by side. */
const AT_ONCE = 8;
/** Milliseconds a job, on a machine that does much else. */
const OF_JOB = 20_000;
const MB = 2 ** 20;
/** What a process may hold more than after the first jobs, however many follow. */
const GROWTH = { memory: 40 * MB, handles: 8 } as const;

let folder: string;
let samples: Int16Array;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-jobs-'));
  samples = await decode(clip('zh/aishell3_SSB00180170.opus'));
});
afterAll(() => rm(folder, { recursive: true }));

it(
  'small jobs leave memory and handles of every process as the first hundred did',
  async () => {
    await using home = await testHome();
    const up = await standing(home.path);
    const longhand = new Longhand({ address: addressOf(up), store: join(home.path, 'store') });
    let job = 0;
    const doJobs = async (count: number): Promise<void> => {
      const last = job + count;
      const work = async (): Promise<void> => {
        while (job < last) await transcribe(longhand, job++);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    };
    await doJobs(FIRST);
    const before = await holdings(home.path);
    await doJobs(JOBS - FIRST);
    const after = await holdings(home.path);
    await longhand.close();

    process.stdout.write(`${tableOf(before, after)}\n`);
    expect([...after.keys()]).toEqual([...before.keys()]);
    expect(before.size).toBeGreaterThan(5);
    for (const [pid, { part, memory, handles }] of after) {
      const at = before.get(pid)!;
      // The server's memory is of its own making.
      if (part !== 'server') expect(memory - at.memory, part).toBeLessThan(GROWTH.memory);
      expect(handles - at.handles, part).toBeLessThan(GROWTH.handles);
    }
  },
  JOBS * OF_JOB,
);

/** Transcribes a clip that no other job has: one sample of its speech is the job's number. */
async function transcribe(longhand: Longhand, job: number): Promise<void> {
  const path = join(folder, `job-${job}.wav`);
  const own = samples.slice();
  own[own.length >> 1] = job;
  await writeWav(path, own);
  const transcription = await longhand.transcribe(path, { formats: ['txt'] });
  expect(await transcription.result()).toMatchObject({ sections: 1, gaps: 0, falls: 0 });
  await rm(path);
}

/** What a process holds: bytes in memory, and open files, sockets and pipes. */
interface Holding {
  readonly part: Measured;
  readonly memory: number;
  readonly handles: number;
}

/** What the processes of a home hold, by their ids, in the order in which they were started. */
async function holdings(home: string): Promise<Map<number, Holding>> {
  const found = new Map<number, Holding>();
  const processes = await partsOf(home)();
  for (const { pid, name } of processes.toSorted((a, b) => a.pid - b.pid)) {
    const [, pages] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ');
    const handles = (await readdir(`/proc/${pid}/fd`)).length;
    found.set(pid, { part: name, memory: Number(pages) * 4096, handles });
  }
  return found;
}

/** For people: what each process held after the first jobs and after the last. */
function tableOf(before: ReadonlyMap<number, Holding>, after: ReadonlyMap<number, Holding>): string {
  return [...after]
    .map(([pid, { part, memory, handles }]) => {
      const at = before.get(pid);
      const mb = (bytes = 0) => Math.round(bytes / MB);
      return `${part}: ${mb(at?.memory)} to ${mb(memory)} MB, ${at?.handles} to ${handles} handles`;
    })
    .join('\n');
}
