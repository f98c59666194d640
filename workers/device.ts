import { availableParallelism } from 'node:os';
import { freeMemory } from '../models/engine/free-memory.ts';
import type { EngineModel, EngineSettings, Window, WindowState } from '../models/engine/protocol.ts';
import { cardNumber, listCards, type Device as DeviceName } from '../models/whisper/device.ts';
import type { WindowResult } from '../models/whisper/session.ts';
import { KeptEngine } from './kept-engine.ts';
import { ShareOut, type Transcriber } from './share-out.ts';

/** Engines of a CPU, where it has so many threads. */
const CPU_ENGINES = 2;
/** Windows decoded together: up to here it pays, in each of a CPU's engines and on a card (docs/engine.md). */
const CPU_BATCH = 6;
const CARD_BATCH = 8;

/**
 * The engines that compute on a device. A decoder's steps are many and small, so two engines of half the threads do
 * more than one of all; a card has one, since two would take each other's memory. `memory`: bytes that those of a CPU
 * may hold together, if there is a limit.
 */
export function enginesOf(
  device: DeviceName,
  memory?: number,
  threads = availableParallelism(),
): EngineSettings[] {
  if (device !== 'cpu') return [{ device, threads, batch: CARD_BATCH }];
  const count = Math.min(CPU_ENGINES, threads);
  const share = memory === undefined ? {} : { memory: Math.floor(memory / count) };
  const settings = { device, threads: Math.floor(threads / count), batch: CPU_BATCH, ...share };
  return Array.from({ length: count }, () => settings);
}

/** The windows a device should be given at a time: its engines' running batches, and one that waits behind them. */
export function windowsOf(engines: readonly EngineSettings[]): number {
  const batches = engines.map(({ batch }) => batch);
  return batches.reduce((sum, batch) => sum + batch, Math.max(...batches));
}

/** Bytes that are free on a device, as its system or its driver says; null where that says nothing. */
export async function freeMemoryOf(device: DeviceName): Promise<number | null> {
  const number = cardNumber(device);
  if (number === null) return freeMemory();
  const card = (await listCards()).find(({ index }) => index === number);
  return card ? card.memory.total - card.memory.used : null;
}

/** One device: keeps its engines alive, and shares its windows out among them. */
export class Device implements Transcriber, AsyncDisposable {
  /** Rejects when an engine can be started no more. */
  readonly failed: Promise<never>;
  readonly #engines: readonly KeptEngine[];
  readonly #shareOut: ShareOut;

  private constructor(engines: readonly KeptEngine[]) {
    this.#engines = engines;
    this.#shareOut = new ShareOut(engines);
    this.failed = Promise.race(engines.map(({ failed }) => failed));
    this.failed.catch(() => undefined);
  }

  /** Resolves when every engine has warmed up; where one cannot start, none is left. */
  static async start(settings: readonly EngineSettings[], model: EngineModel): Promise<Device> {
    const starts = await Promise.allSettled(settings.map((each) => KeptEngine.start(each, model)));
    const engines = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    const failure = starts.find((start) => start.status === 'rejected');
    if (!failure) return new Device(engines);
    await Promise.all(engines.map((engine) => engine[Symbol.asyncDispose]()));
    throw failure.reason;
  }

  transcribe(
    window: Window,
    signal: AbortSignal,
    onState?: (state: WindowState) => void,
  ): Promise<WindowResult> {
    return this.#shareOut.transcribe(window, signal, onState);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine[Symbol.asyncDispose]()));
  }
}
