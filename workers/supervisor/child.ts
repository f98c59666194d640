import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5000;
/** A process that ran this long was well: its next start needs no longer pause. Milliseconds. */
const WELL_AFTER = 10_000;
/** Time a process has to end by itself, in milliseconds. */
const GRACE = 5000;

/** A process that is started again whenever it ends, until it is stopped. */
export class Child {
  readonly #command: string;
  readonly #args: readonly string[];
  readonly #options: SpawnOptions;
  readonly #onStart: (child: ChildProcess) => void;
  #process: ChildProcess | undefined;
  #starts = 0;
  #stopped = false;
  readonly #over: Promise<void>;

  /** `onStart` is called with each new process. */
  constructor(
    command: string,
    args: readonly string[],
    options: SpawnOptions,
    onStart: (child: ChildProcess) => void = () => undefined,
  ) {
    this.#command = command;
    this.#args = args;
    this.#options = options;
    this.#onStart = onStart;
    this.#over = this.#keepRunning();
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts;
  }

  /** SIGTERM, then SIGKILL after a grace; resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const current = this.#process;
    current?.kill('SIGTERM');
    const timer = globalThis.setTimeout(() => current?.kill('SIGKILL'), GRACE);
    await this.#over;
    clearTimeout(timer);
  }

  async #keepRunning(): Promise<void> {
    for (let pause = FIRST_PAUSE; !this.#stopped; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const started = performance.now();
      const child = spawn(this.#command, this.#args, this.#options);
      this.#process = child;
      this.#starts += 1;
      const ended = once(child, 'exit').catch(() => undefined);
      this.#onStart(child);
      await ended;
      if (performance.now() - started > WELL_AFTER) pause = FIRST_PAUSE;
      if (!this.#stopped) await setTimeout(pause);
    }
  }
}
