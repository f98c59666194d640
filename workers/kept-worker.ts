import type { ChildProcess, StdioOptions } from 'node:child_process';
import type { Status } from './status.ts';
import { Child, WELL_AFTER } from './supervisor/child.ts';

/** Ends of a worker that was not ready after which it has failed: one more than a kill in the wrong moment. */
const ENDS_UNREADY = 4;

/** How the process of a worker is started. */
export interface WorkerStart {
  /** Of Node: the worker's module, and its settings as JSON. */
  readonly args: readonly string[];
  /** With `ipc`. */
  readonly stdio: StdioOptions;
  readonly onStart?: (child: ChildProcess) => void;
  /** The line that says best why a process ended that said nothing else. */
  readonly lastError: () => Promise<string>;
}

/** What is heard of a worker: what it tells, and that its process has ended without having said why. */
export type WorkerNews = Status | { readonly type: 'ended'; readonly how: string };

/**
 * A worker process that is started again whenever it ends. One that ends time after time without ever having been ready
 * is said to have failed, and is tried on.
 */
export class KeptWorker {
  readonly #name: string;
  readonly #start: WorkerStart;
  readonly #report: (news: WorkerNews) => void;
  readonly #child: Child;
  /** When the process that runs was ready; undefined before. */
  #readyAt: number | undefined;
  #endsUnready = 0;
  #stopped = false;

  /** `longestPause`: as `Child` takes it. */
  constructor(name: string, start: WorkerStart, report: (news: WorkerNews) => void, longestPause?: number) {
    this.#name = name;
    this.#start = start;
    this.#report = report;
    this.#child = new Child(
      process.execPath,
      start.args,
      { stdio: start.stdio },
      {
        onStart: (child) => this.#watch(child),
        isWell: () => this.#readyAt !== undefined && performance.now() - this.#readyAt > WELL_AFTER,
        ...(longestPause !== undefined && { longestPause }),
      },
    );
  }

  /** As `Child.stop` does it. */
  stop(grace?: number): Promise<void> {
    this.#stopped = true;
    return this.#child.stop(grace);
  }

  #watch(child: ChildProcess): void {
    this.#readyAt = undefined;
    let saidWhy = false;
    this.#start.onStart?.(child);
    child.on('message', (status: Status) => {
      saidWhy ||= status.type === 'failed';
      if (status.type === 'ready') {
        this.#readyAt = performance.now();
        this.#endsUnready = 0;
      }
      if (!this.#stopped) this.#report(status);
    });
    child.once('exit', (status, signal) => {
      if (this.#stopped) return;
      this.#endsUnready += 1;
      if (saidWhy) return;
      this.#report({ type: 'ended', how: signal ?? `exit status ${status}` });
      if (this.#endsUnready >= ENDS_UNREADY) void this.#fail();
    });
  }

  async #fail(): Promise<void> {
    const message = `Expected the ${this.#name} worker to start, but it ended ${this.#endsUnready} times: ${await this.#start.lastError()}`;
    if (!this.#stopped) this.#report({ type: 'failed', code: 'LH_SUPERVISOR_FAILED', message });
  }
}
