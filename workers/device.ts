import { availableParallelism } from 'node:os';
import { freeMemory } from '../models/engine/free-memory.ts';
import type {
  BatchMemory,
  EngineModel,
  EngineSettings,
  Window,
  WindowState,
} from '../models/engine/protocol.ts';
import { cardNumber, findCard, type Device as DeviceName } from '../models/whisper/device.ts';
import type { WindowResult } from '../models/whisper/session.ts';
import { KeptEngine, type EngineState, type EngineWatch } from './kept-engine.ts';
import { ShareOut, type Transcriber } from './share-out.ts';

/** How a device computes. */
export interface Layout {
  /** Processes that hold the model. */
  readonly engines: number;
  /** Of each engine's inference. */
  readonly threads: number;
  /** Windows that each engine decodes together. */
  readonly batch: number;
}

/** Engines of a CPU, where it has so many threads. */
const CPU_ENGINES = 2;
/** Windows decoded together: up to here it pays, in each of a CPU's engines and on a card (docs/engine.md). */
const CPU_BATCH = 6;
const CARD_BATCH = 8;

/**
 * How a device computes where nobody has measured it. A decoder's steps are many and small, so two engines of half the
 * threads do more than one of all; a card has one, since two would take each other's memory.
 */
export function standardLayout(device: DeviceName, threads = availableParallelism()): Layout {
  if (device !== 'cpu') return { engines: 1, threads, batch: CARD_BATCH };
  const engines = Math.min(CPU_ENGINES, threads);
  return { engines, threads: Math.floor(threads / engines), batch: CPU_BATCH };
}

/** The engines that compute on a device. `memory`: bytes that those of a CPU may hold together, if there is a limit. */
export function enginesOf(
  device: DeviceName,
  { engines, threads, batch }: Layout = standardLayout(device),
  memory?: number,
): EngineSettings[] {
  const share = device === 'cpu' && memory !== undefined ? { memory: Math.floor(memory / engines) } : {};
  return Array.from({ length: engines }, () => ({ device, threads, batch, ...share }));
}

/** Bytes that are free on a device, as its system or its driver says; null where that says nothing. */
export async function freeMemoryOf(device: DeviceName): Promise<number | null> {
  const number = cardNumber(device);
  if (number === null) return freeMemory();
  const card = await findCard(number);
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
  static async start(
    settings: readonly EngineSettings[],
    model: EngineModel,
    watch?: EngineWatch,
  ): Promise<Device> {
    const starts = await Promise.allSettled(settings.map((each) => KeptEngine.start(each, model, watch)));
    const engines = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    const failure = starts.find((start) => start.status === 'rejected');
    if (!failure) return new Device(engines);
    await Promise.all(engines.map((engine) => engine[Symbol.asyncDispose]()));
    throw failure.reason;
  }

  /** How many engines it has, and how many of them are given windows. */
  get engines(): { readonly all: number; readonly open: number } {
    return { all: this.#engines.length, open: this.#shareOut.open };
  }

  /** How each engine stands. */
  get states(): EngineState[] {
    return this.#engines.map(({ state }) => state);
  }

  get pids(): number[] {
    return this.#engines.flatMap(({ pid }) => pid ?? []);
  }

  /** What its engines take together, `row` for a row of each; and the most rows of a batch that fit in every one. */
  get memory(): BatchMemory {
    const all = this.#engines.map(({ memory }) => memory);
    return {
      held: all.reduce((sum, { held }) => sum + held, 0),
      row: all.reduce((sum, { row }) => sum + row, 0),
      most: Math.min(...all.map(({ most }) => most)),
    };
  }

  /** Bounds the windows that each engine decodes together, from its next batch on. */
  limit(batch: number): void {
    for (const engine of this.#engines) engine.limit(batch);
  }

  /** Gives the memory of the engines' models back, each once nothing is left to do; the next window loads it again. */
  release(): void {
    for (const engine of this.#engines) engine.release();
  }

  /** Loads released models again, where nothing runs. */
  warm(): void {
    for (const engine of this.#engines) engine.warm();
  }

  /**
   * Ends an engine's process, by the engine's number, when what it began is done, and resolves when another has warmed up.
   * From the call on the engine is given nothing; the others go on, and what none of them takes waits for it.
   */
  async renew(engine: number): Promise<void> {
    await this.#shareOut.drain(engine);
    try {
      await this.#engines[engine]?.renew();
    } finally {
      this.#shareOut.fill(engine);
    }
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
