import { setTimeout } from 'node:timers/promises';
import { withLock } from '../../models/cache/lock.ts';
import type { Device as DeviceName } from '../../models/whisper/device.ts';
import type { Device } from '../device.ts';
import type { Precision, Rung } from '../../workflows/contract.ts';
import { adjustCeiling, refusal, UNLOWERED, type Ceiling, type CeilingSettings } from './ceiling.ts';
import type { ChunkTimes } from './chunk-times.ts';
import { decide, floorOf, type State } from './decide.ts';
import { decisionLine, type Decision } from './decision.ts';
import { maintenanceLock, nextMaintenance } from './maintenance.ts';
import type { Reading } from './memory-use.ts';
import { readerOf, type ReadDevice } from './readings.ts';
import { ceilingSettings, type GovernorSettings } from './settings.ts';
import { slotsOf, type BatchSlots } from './slots.ts';

interface Parts {
  readonly name: DeviceName;
  readonly device: Pick<Device, 'pids' | 'memory' | 'engines' | 'limit' | 'release' | 'warm' | 'renew'>;
  readonly slots: BatchSlots;
  /** Holds the lock by which the devices of a host are maintained one at a time. */
  readonly home: string;
  readonly settings: GovernorSettings;
  /** Those of the device, best first. */
  readonly precisions: readonly Precision[];
  readonly times: Pick<ChunkTimes, 'slowest' | 'forget'>;
  /** Writes a line to the log. */
  readonly say: (line: string) => void;
  /** Hears each decision, also in a dry run: to count. */
  readonly onDecision?: (decision: Decision) => void;
  /** Hears what each look has read: a card's driver need not be asked again. */
  readonly onReading?: (reading: Reading) => void;
}

const DRAINING: Decision = {
  kind: 'maintenance',
  reason: 'the time between two new starts is over',
  from: 'working',
  to: 'draining',
};
const WORKING: Decision = {
  kind: 'maintenance',
  reason: 'every engine was started anew',
  from: 'draining',
  to: 'working',
};

/** Looks at a device again and again, and keeps it from failing: batch, slots, memory, maintenance. */
export class Governor implements Disposable {
  readonly #parts: Parts;
  readonly #read: ReadDevice;
  readonly #ceilingSettings: CeilingSettings;
  readonly #over = new AbortController();
  #state: State;
  #ceiling: Ceiling = UNLOWERED;
  /** The largest batch that any warm-up found to fit. */
  #most = 0;
  /** When the next maintenance is due. */
  #due: number;
  /** Whether a maintenance goes on, or waits for that of another device. */
  #isMaintaining = false;
  #isRenewing = false;
  #isReadable = true;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#read = readerOf(parts.name);
    this.#ceilingSettings = ceilingSettings(parts.settings, parts.name);
    this.#due = nextMaintenance(performance.now(), parts.settings, Math.random());
    this.#most = parts.device.memory.most;
    this.#state = { limit: this.#most, calmSince: null, released: 'nothing' };
    this.#bound();
    void this.#watch();
  }

  /** Looks no more. What it began with the engines goes on until they are disposed of. */
  [Symbol.dispose](): void {
    this.#over.abort();
  }

  /** Why the device leaves a rung to a lower one; null where it does not. */
  refuses({ precision }: Pick<Rung, 'precision'>): string | null {
    const { settings, precisions } = this.#parts;
    return settings.dryRun ? null : refusal(this.#ceiling, precision, precisions);
  }

  async #watch(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      await this.#look();
      await setTimeout(this.#parts.settings.every, null, { signal, ref: false }).catch(() => null);
    }
  }

  async #look(): Promise<void> {
    const { device, name, settings } = this.#parts;
    const now = performance.now();
    if (now >= this.#due && !this.#isMaintaining) this.#begin('maintenance', this.#maintain());
    const reading = await this.#read(device.pids);
    if ((reading !== null) !== this.#isReadable) this.#sayReadable(reading !== null);
    if (reading === null) return;
    this.#parts.onReading?.(reading);
    this.#judge(now / 1000, reading.load);
    this.#most = Math.max(this.#most, device.memory.most);
    const need = { ...device.memory, most: this.#most };
    const circumstances = {
      now,
      need,
      floor: floorOf(name, this.#most),
      doubles: name !== 'cpu',
      isActing: this.#isRenewing,
    };
    const { state, decision } = decide(this.#state, reading, circumstances, settings);
    this.#state = state;
    if (decision === null) return;
    this.#tell(decision);
    if (!settings.dryRun) this.#follow(decision);
  }

  /** Lowers or raises what the device does of those requests that leave it to lower rungs. */
  #judge(at: number, load: number | null): void {
    const { precisions, times } = this.#parts;
    const before = this.#ceiling;
    const seen = { at, load, slowest: times.slowest(at) };
    this.#ceiling = adjustCeiling(before, seen, precisions.length, this.#ceilingSettings);
    const { lowered, reason } = this.#ceiling;
    if (lowered === before.lowered) return;
    times.forget();
    const said = lowered > before.lowered ? (reason ?? '') : 'it has been idle for long enough';
    this.#tell({ kind: 'ceiling', reason: said, from: before.lowered, to: lowered });
  }

  #follow({ kind, to }: Decision): void {
    if (kind === 'batch') this.#bound();
    else if (to === 'models') this.#parts.device.release();
    else if (to === 'processes') this.#begin('release', this.#renewAll());
    else this.#parts.device.warm();
  }

  /** Bounds the batch and, with it, the slots. */
  #bound(): void {
    this.#parts.device.limit(this.#state.limit);
    this.#resize();
  }

  #resize(): void {
    const { device, slots } = this.#parts;
    slots.resize(slotsOf(device.engines.open, this.#state.limit));
  }

  /** One device of a host at a time. */
  async #maintain(): Promise<void> {
    const { home, settings } = this.#parts;
    this.#isMaintaining = true;
    try {
      if (settings.dryRun) this.#tell(DRAINING);
      else await withLock(maintenanceLock(home), () => this.#drain(), { signal: this.#over.signal });
    } finally {
      this.#isMaintaining = false;
      this.#due = nextMaintenance(performance.now(), settings, Math.random());
    }
  }

  /** Engines that are being started anew for memory need no other start. */
  async #drain(): Promise<void> {
    if (this.#isRenewing) return;
    this.#tell(DRAINING);
    await this.#renewAll();
    this.#tell(WORKING);
  }

  /** Starts the engines anew, one after the other: the others go on. */
  async #renewAll(): Promise<void> {
    const { device } = this.#parts;
    this.#isRenewing = true;
    try {
      for (let engine = 0; engine < device.engines.all && !this.#over.signal.aborted; engine++) {
        const renewed = device.renew(engine);
        this.#resize();
        await renewed;
        this.#resize();
      }
    } finally {
      this.#isRenewing = false;
    }
  }

  /** Lets go on beside the looks what takes long. */
  #begin(what: string, work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!this.#over.signal.aborted) this.#say(`${what} failed: ${String(error)}`);
    });
  }

  #tell(decision: Decision): void {
    this.#say(decisionLine(decision, this.#parts.settings.dryRun));
    this.#parts.onDecision?.(decision);
  }

  #sayReadable(isReadable: boolean): void {
    this.#isReadable = isReadable;
    this.#say(
      isReadable
        ? 'the device can be read again'
        : 'nvidia-smi says nothing of it: nothing is changed until it does',
    );
  }

  #say(text: string): void {
    this.#parts.say(`Governor of ${this.#parts.name}: ${text}`);
  }
}
