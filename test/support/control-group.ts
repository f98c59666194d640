import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './until.ts';

/** Where groups of memory are, and what their files are called, in versions 1 and 2 of Linux's control groups. */
const VERSIONS = [
  { folder: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', events: 'memory.oom_control' },
  { folder: '/sys/fs/cgroup', limit: 'memory.max', events: 'memory.events' },
] as const;

/** A control group of processes that may hold so much memory together. Disposing it waits for their end. */
export class ControlGroup implements AsyncDisposable {
  readonly #path: string;
  readonly #events: string;

  private constructor(path: string, events: string) {
    this.#path = path;
    this.#events = events;
  }

  /** Whether this user may make groups on this system. */
  static async canBeMade(): Promise<boolean> {
    await using group = ControlGroup.create(2 ** 30);
    return group !== null;
  }

  /** A group of `limit` bytes; null where this user or this system has none to give. */
  static create(limit: number): ControlGroup | null {
    for (const version of VERSIONS) {
      const path = join(
        version.folder,
        `longhand-test-${process.pid}-${Math.random().toString(36).slice(2)}`,
      );
      try {
        mkdirSync(path);
      } catch {
        continue;
      }
      if (existsSync(join(path, version.limit))) {
        writeFileSync(join(path, version.limit), String(limit));
        return new ControlGroup(path, version.events);
      }
      rmdirSync(path);
    }
    return null;
  }

  /** Moves a process into the group; what it holds already does not count. */
  take(pid: number): void {
    writeFileSync(join(this.#path, 'cgroup.procs'), String(pid));
  }

  /** Whether a process is in the group. */
  holds(pid: number): boolean {
    return readFileSync(join(this.#path, 'cgroup.procs'), 'utf8').split('\n').includes(String(pid));
  }

  /** Processes that the kernel has killed for the group's limit. */
  kills(): number {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(this.#path, this.#events), 'utf8'))?.[1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const procs = join(this.#path, 'cgroup.procs');
    await until(() => readFileSync(procs, 'utf8') === '', 'Expected the processes of the group to end');
    rmdirSync(this.#path);
  }
}
