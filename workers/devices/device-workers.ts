import type { Device } from '../../models/whisper/device.ts';
import { KeptWorker, type WorkerNews, type WorkerStart } from '../kept-worker.ts';
import type { WorkerSettings } from '../settings.ts';
import type { Report, Status } from '../status.ts';
import { isReserve } from './choose.ts';

/** Milliseconds between two looks for a device that does not come back, at most. */
const LONGEST_PAUSE = 60_000;

/** What is known of a device: nothing yet, that it works, or why it does not. */
type State = 'starting' | 'ready' | (Status & { readonly type: 'failed' });

/**
 * The gpu workers of one model on one machine: a process for each device. One that fails has left the pool; it is tried
 * again in growing pauses, and comes back. Reports `ready` when at least one works and the others have failed, so that
 * whoever asks then finds all who serve; `failed` when none is left.
 */
export class DeviceWorkers {
  readonly #states: Map<Device, State>;
  readonly #workers: readonly KeptWorker[];
  readonly #report: Report;
  /** What was last told of all together. */
  #told: Status['type'] | undefined;

  /** `starts`: of each device. */
  constructor(starts: ReadonlyMap<Device, WorkerStart>, report: Report) {
    this.#report = report;
    this.#states = new Map([...starts.keys()].map((device) => [device, 'starting']));
    const pause = this.#isAlone ? undefined : LONGEST_PAUSE;
    this.#workers = [...starts].map(
      ([device, start]) => new KeptWorker('gpu', start, (news) => this.#heard(device, news), pause),
    );
  }

  /** Resolves when all processes are gone; `grace` as `Child.stop` takes it. */
  async stop(grace?: number): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop(grace)));
  }

  get #isAlone(): boolean {
    return this.#states.size === 1;
  }

  #heard(device: Device, news: WorkerNews): void {
    const before = this.#states.get(device);
    if (news.type === 'fetch') return this.#report(news);
    if (news.type === 'endpoint') return this.#report({ ...news, device });
    if (news.type === 'notice') return this.#say(device, news.text);
    if (news.type === 'ended')
      return this.#note(device, `has lost its worker (${news.how}); another is started`);
    if (news.type === 'ready') {
      this.#states.set(device, 'ready');
      this.#note(device, isFailed(before) ? 'is back in the pool' : 'is ready');
    } else {
      this.#states.set(device, news);
      const reason = `${news.code}: ${news.message}`;
      if (!isFailed(before)) this.#note(device, `has left the pool, and is looked for again: ${reason}`);
      else if (before.message !== news.message) this.#note(device, `is still looked for: ${reason}`);
    }
    this.#settle();
  }

  /** Tells how all stand where that has changed, once each has said how it stands. */
  #settle(): void {
    const states = [...this.#states.values()];
    if (states.includes('starting')) return;
    const told = states.includes('ready') ? ({ type: 'ready' } as const) : states.find(isFailed);
    if (!told || told.type === this.#told) return;
    this.#told = told.type;
    this.#report(told);
  }

  #say(device: Device, text: string): void {
    this.#report({ type: 'notice', text: this.#isAlone ? text : `${device}: ${text}` });
  }

  /** Where there is one device alone, what becomes of it is what becomes of all. */
  #note(device: Device, text: string): void {
    if (!this.#isAlone) this.#report({ type: 'notice', text: `${device} ${text}` });
  }
}

const isFailed = (state: State | undefined): state is Exclude<State, string> => typeof state === 'object';

/** The settings of the worker of one device among others. */
export const settingsOn = (
  device: Device,
  devices: readonly Device[],
  { memory, reserve, ...settings }: WorkerSettings,
): WorkerSettings => ({
  ...settings,
  device,
  ...(device === 'cpu' && { memory, reserve: reserve === true || isReserve(device, devices) }),
});
