import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A Node process that runs `script` (an ES module's text) with `args` behind `process.argv[1]`. */
export class Child {
  readonly process: ChildProcessByStdio<null, Readable, null>;
  readonly ended: Promise<number | null>;
  readonly #lines: AsyncIterator<string>;

  constructor(script: string, ...args: string[]) {
    this.process = spawn(process.execPath, ['--input-type=module', '-e', script, '--', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.ended = once(this.process, 'close').then(([status]) => status as number | null);
    this.#lines = createInterface(this.process.stdout)[Symbol.asyncIterator]();
  }

  /** Its next line of output; undefined at the end. */
  async line(): Promise<string | undefined> {
    const next = await this.#lines.next();
    return next.done ? undefined : next.value;
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }
}
