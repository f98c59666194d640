import { once } from 'node:events';
import type { ConsumeEvent } from '../../../client/cli/consume/events.ts';
import { longhand, type Command, type Outcome } from '../../support/longhand.ts';
import { until } from '../../support/until.ts';

/** A `longhand consume` of a test's own, as a process, and what it has told so far. */
export class ConsumerProcess implements AsyncDisposable {
  readonly events: ConsumeEvent[] = [];
  readonly #command: Command;

  private constructor(command: Command) {
    this.#command = command;
    let rest = '';
    command.process.stdout?.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.events.push(JSON.parse(line) as ConsumeEvent);
    });
  }

  /** Resolves when it is ready. `broker`: its URL. */
  static async start(
    home: string,
    broker: string,
    args: readonly string[],
    isReady = (told: ConsumerProcess) => told.of('ready').length > 0,
  ): Promise<ConsumerProcess> {
    const consumer = new ConsumerProcess(
      longhand(home, ['consume', ...args, '--json'], { LONGHAND_BROKER: broker }),
    );
    await consumer.until(() => isReady(consumer));
    return consumer;
  }

  /** The events of a type. */
  of<T extends ConsumeEvent['type']>(type: T): Extract<ConsumeEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<ConsumeEvent, { type: T }> => event.type === type);
  }

  /** What it said for people, as one text. */
  get notices(): string {
    return this.of('notice')
      .map(({ text }) => text)
      .join('\n');
  }

  async until(look: () => boolean | Promise<boolean>): Promise<void> {
    await until(look, () => `Expected another of: ${JSON.stringify(this.events)} ${this.#command.stderr()}`);
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    const { process } = this.#command;
    if (process.exitCode !== null || process.signalCode !== null) return;
    const ended = once(process, 'exit');
    process.kill('SIGKILL');
    await ended;
  }

  /** SIGTERM, and what came of it. */
  end(): Promise<Outcome> {
    this.#command.process.kill('SIGTERM');
    return this.#command.outcome;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
