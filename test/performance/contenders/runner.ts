import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { PeakMemory } from '../../support/peak-memory.ts';
import { lastWords } from './last-words.ts';
import type { Answer, Contender, Job, Session, SessionMemory } from './contender.ts';

/** How a peer's runner is started. */
export interface RunnerCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** Milliseconds between two looks at the memory, for every contender. */
export const LOOK_INTERVAL = 500;
const START_LIMIT = 300_000;
const JOB_LIMIT = 3_600_000;
const STDERR_KEPT = 2_000;

/** A peer behind a runner of `../peers`, which loads the model once and answers job by job, a line of JSON each way. */
export function runnerContender(name: string, command: RunnerCommand): Contender {
  const start = () => RunnerSession.start(command);
  return {
    name,
    start,
    cold: async (job) => {
      const started = performance.now();
      const session = await start();
      const answer = await session.transcribe(job);
      await session[Symbol.asyncDispose]();
      return { ...answer, seconds: (performance.now() - started) / 1000 };
    },
  };
}

class RunnerSession implements Session {
  load = 0;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;
  readonly #memory: PeakMemory<'engine'>;
  #stderr = '';

  private constructor({ program, args }: RunnerCommand) {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    this.#ended = once(child, 'close').catch((error: unknown) => (this.#stderr += String(error)));
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    // A runner that has ended says so by the end of its lines.
    child.stdin.on('error', () => undefined);
    const own = child.pid === undefined ? [] : [{ pid: child.pid, name: 'engine' } as const];
    this.#memory = new PeakMemory(() => Promise.resolve(own), LOOK_INTERVAL);
  }

  static async start(command: RunnerCommand): Promise<RunnerSession> {
    const started = performance.now();
    const session = new RunnerSession(command);
    try {
      await session.#next(START_LIMIT);
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
    session.load = (performance.now() - started) / 1000;
    return session;
  }

  async transcribe({ files, language }: Job): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify({ files, language })}\n`);
    const { texts, seconds } = (await this.#next(JOB_LIMIT)) as Pick<Answer, 'texts' | 'seconds'>;
    return { texts, seconds, shares: null, found: 0 };
  }

  async memory(): Promise<SessionMemory> {
    const { peaks, together } = await this.#memory.stop();
    return { engine: peaks.engine ?? 0, all: together };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
    await this.#memory.stop();
  }

  /** What the runner says next. Throws with its last words where it ends or says nothing in time. */
  async #next(limit: number): Promise<unknown> {
    const late = new AbortController();
    const line = await Promise.race([
      this.#lines.next(),
      setTimeout(limit, null, { signal: late.signal, ref: false }),
    ]).finally(() => late.abort());
    if (line && line.done !== true) return JSON.parse(line.value) as unknown;
    if (line) await this.#ended;
    const why = lastWords(this.#stderr);
    throw new Error(line ? `it ended: ${why}` : `no word within ${limit / 1000} s: ${why}`);
  }
}
