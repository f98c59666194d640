import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5000;
/** A process that ran this long was well: its next start needs no longer pause. Milliseconds. */
export const WELL_AFTER = 10_000;
/** Time a process has to end by itself, in milliseconds. */
const GRACE = 5000;

interface ChildHooks {
  /** Called with each new process. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Whether a process was well that ended after so many milliseconds. */
  readonly isWell?: (ran: number) => boolean;
  /** Pauses between two starts grow up to this, in milliseconds. */
  readonly longestPause?: number;
}

/** A process that is started again whenever it ends, until it is stopped. */
export class Child {
  readonly #command: string;
  readonly #args: readonly string[];
  readonly #options: SpawnOptions;
  readonly #hooks: ChildHooks;
  #process: ChildProcess | undefined;
  #starts = 0;
  readonly #stopped = new AbortController();
  readonly #over: Promise<void>;

  constructor(command: string, args: readonly string[], options: SpawnOptions, hooks: ChildHooks = {}) {
    this.#command = command;
    this.#args = args;
    this.#options = options;
    this.#hooks = hooks;
    this.#over = this.#keepRunning();
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts;
  }

  /** SIGTERM, then SIGKILL after a grace in milliseconds; resolves when the process is gone. */
  async stop(grace = GRACE): Promise<void> {
    this.#stopped.abort();
    const current = this.#process;
    current?.kill('SIGTERM');
    const timer = globalThis.setTimeout(() => current?.kill('SIGKILL'), grace);
    await this.#over;
    clearTimeout(timer);
  }

  async #keepRunning(): Promise<void> {
    const { onStart, isWell = (ran) => ran > WELL_AFTER, longestPause = LONGEST_PAUSE } = this.#hooks;
    const { signal } = this.#stopped;
    for (let pause = FIRST_PAUSE; !signal.aborted; pause = Math.min(2 * pause, longestPause)) {
      const started = performance.now();
      const child = spawn(this.#command, this.#args, this.#options);
      this.#process = child;
      this.#starts += 1;
      const ended = once(child, 'exit').catch(() => undefined);
      onStart?.(child);
      await ended;
      if (isWell(performance.now() - started)) pause = FIRST_PAUSE;
      await setTimeout(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}
