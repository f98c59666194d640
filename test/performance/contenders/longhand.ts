import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import { Longhand } from '../../../client/longhand.ts';
import { testHome, type TestHome } from '../../support/home.ts';
import { longhand, type Command } from '../../support/longhand.ts';
import { reportOf, textOf, transcriptOf } from '../../support/outputs.ts';
import { partsOf, PeakMemory, type Measured } from '../../support/peak-memory.ts';
import { PARTS, processesOf, processorTime } from '../../support/processes.ts';
import { addressOf, standing } from '../../support/up.ts';
import type { Answer, Contender, Job, Session, SessionMemory, Shares } from './contender.ts';
import { LOOK_INTERVAL } from './runner.ts';
import { activityTimes, covered } from './timeline.ts';

/** What every figure so far was measured with; the others are made of the same segments. */
const FORMATS = ['json', 'srt', 'tsv', 'txt', 'vtt', 'report'] as const;

/** Transcribes a job's files to the folder `out`, against what stands at `address`, or by itself; seconds of wall time. */
type Way = (home: string, job: Job, out: string, address: string | null) => Promise<number>;

/** Longhand as its users run it: the built command against a standing `longhand up`, in a home without results. */
export const LONGHAND = contender('Longhand', command());
export const LONGHAND_WORDS = contender('Longhand, word times', command('--words'));
/** The same by the client library, in a process that has loaded it, as a backend would. */
export const LONGHAND_LIBRARY = contender('Longhand, client library', call);
export const OURS: readonly Contender[] = [LONGHAND, LONGHAND_LIBRARY, LONGHAND_WORDS];

function contender(name: string, way: Way): Contender {
  return {
    name,
    start: () => LonghandSession.start(way),
    cold: async (job) => {
      await using home = await testHome();
      return answerOf(way, home.path, job, null);
    },
  };
}

class LonghandSession implements Session {
  readonly load: number;
  readonly #home: TestHome;
  readonly #up: Command;
  readonly #memory: PeakMemory<Measured>;
  readonly #way: Way;

  private constructor(home: TestHome, up: Command, memory: PeakMemory<Measured>, load: number, way: Way) {
    this.#home = home;
    this.#up = up;
    this.#memory = memory;
    this.load = load;
    this.#way = way;
  }

  static async start(way: Way): Promise<LonghandSession> {
    const home = await testHome();
    const memory = new PeakMemory(partsOf(home.path), LOOK_INTERVAL);
    try {
      const started = performance.now();
      const up = await standing(home.path);
      return new LonghandSession(home, up, memory, (performance.now() - started) / 1000, way);
    } catch (error) {
      await memory.stop();
      await home[Symbol.asyncDispose]();
      throw error;
    }
  }

  async transcribe(job: Job): Promise<Answer> {
    const since = Date.now();
    const before = await this.#processorTimes();
    const answer = await answerOf(this.#way, this.#home.path, job, addressOf(this.#up));
    const after = await this.#processorTimes();
    const wall = answer.seconds * 1000;
    const ofProcessors = (part: 'engine' | 'media') =>
      (after[part] - before[part]) / (wall * availableParallelism());
    const shares: Shares = {
      ...(await this.#activityShares(since, wall)),
      engineProcessor: ofProcessors('engine'),
      mediaProcessor: ofProcessors('media'),
    };
    return { ...answer, shares };
  }

  async memory(): Promise<SessionMemory> {
    const { peaks, together } = await this.#memory.stop();
    return { engine: peaks.engine ?? 0, all: together };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#up.process.kill('SIGINT');
    await this.#up.outcome;
    await this.#memory.stop();
    await this.#home[Symbol.asyncDispose]();
  }

  async #activityShares(since: number, wall: number): Promise<Pick<Shares, 'vad' | 'besideEngine'>> {
    const connection = await Connection.connect({ address: addressOf(this.#up) });
    try {
      const times = await activityTimes(new Client({ connection }), since);
      const of = (type: string) => times.filter((time) => time.type === type);
      return { vad: covered(of('plan')) / wall, besideEngine: 1 - covered(of('transcribe')) / wall };
    } finally {
      await connection.close();
    }
  }

  async #processorTimes(): Promise<{ readonly engine: number; readonly media: number }> {
    const all = await processesOf(this.#home.path);
    const of = (part: 'engine' | 'media') =>
      all
        .filter(({ command }) => PARTS[part].test(command))
        .reduce((sum, { pid }) => sum + processorTime(pid), 0);
    return { engine: of('engine'), media: of('media') };
  }
}

/** What a way makes of a job, its outputs written in every format. */
async function answerOf(way: Way, home: string, job: Job, address: string | null): Promise<Answer> {
  const out = await mkdtemp(join(home, 'out-'));
  const seconds = await way(home, job, out, address);
  const texts: string[] = [];
  let found = 0;
  for (const file of job.files) {
    texts.push(textOf(await transcriptOf(file, out)));
    const { chunks } = await reportOf(file, out);
    found += chunks.filter(({ tries }) => tries.some(({ run }) => run?.found)).length;
  }
  return { seconds, texts, shares: null, found };
}

/** One `longhand transcribe`, from the start of its process to its end. */
function command(...options: string[]): Way {
  return async (home, { files, folder, language }, out) => {
    const { status, stderr, took } = await longhand(home, [
      ...['transcribe', ...(folder === null ? files : ['--recursive', folder])],
      ...['--out', out, '--formats', FORMATS.join(',')],
      ...(language === null ? [] : ['--language', language]),
      ...options,
    ]).outcome;
    if (status !== 0)
      throw new Error(`Expected \`longhand transcribe\` to end well, got ${status}: ${stderr}`);
    return took / 1000;
  };
}

/** One call of the client library for each file, all at once. */
async function call(
  home: string,
  { files, language }: Job,
  out: string,
  address: string | null,
): Promise<number> {
  await using client = new Longhand({ ...(address === null ? {} : { address }), store: join(home, 'store') });
  // A backend's connection stands.
  await client.list({ limit: 1 }).next();
  const started = performance.now();
  const transcribe = async (file: string) => {
    const wanted = { out, formats: FORMATS, ...(language === null ? {} : { language }) };
    await (await client.transcribe(file, wanted)).result();
  };
  await Promise.all(files.map(transcribe));
  return (performance.now() - started) / 1000;
}
