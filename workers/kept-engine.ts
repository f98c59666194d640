import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { EngineProcess, type EngineProcessWatch } from '../models/engine/process.ts';
import type {
  BatchMemory,
  EngineModel,
  EngineSettings,
  Warmup,
  Window,
  WindowState,
} from '../models/engine/protocol.ts';
import type { WindowResult } from '../models/whisper/session.ts';
import { LonghandError, type ErrorCode } from '../workflows/errors.ts';

/** Milliseconds before an engine that died is started again. */
const RESTART_PAUSE = 200;
/** Engines that may die before they are ready, one after the other, before no more is started. */
const START_ATTEMPTS = 3;
/** Windows in a row that do not fit, each having disposed of the session, before the process is taken for the cause. */
const SHORTAGES = 2;

/** What the owner of engines decides and hears of them, of those that take the place of others as well. */
export interface EngineWatch extends EngineProcessWatch {
  /** Called when an engine process has ended that was not told to. */
  readonly onEnd?: (code: ErrorCode) => void;
}

/**
 * How an engine stands: it can compute; it is being started; it has work and is silent; the one before was killed for its
 * silence, or the one before did not start, and this one is not ready yet.
 */
export type EngineState = 'ready' | 'starting' | 'silent' | 'hung' | 'failing';

/** One engine process that is kept alive: another takes the place of one that dies. */
export class KeptEngine implements AsyncDisposable {
  readonly #settings: EngineSettings;
  readonly #model: EngineModel;
  #engine: EngineProcess;
  #memory: BatchMemory;
  #limit: number;
  #disposed = false;
  #standing: Exclude<EngineState, 'silent'> = 'ready';
  readonly #watch: EngineWatch;
  #shortages = 0;
  /** Rejects when no engine can be started any more. */
  readonly failed: Promise<never>;

  private constructor(
    settings: EngineSettings,
    model: EngineModel,
    engine: EngineProcess,
    { memory }: Warmup,
    watch: EngineWatch,
  ) {
    this.#settings = settings;
    this.#model = model;
    this.#watch = watch;
    this.#engine = engine;
    this.#memory = memory;
    this.#limit = settings.batch;
    this.failed = this.#keepAlive();
    this.failed.catch(() => undefined);
  }

  /** Resolves when the first engine has warmed up. */
  static async start(
    settings: EngineSettings,
    model: EngineModel,
    watch: EngineWatch = {},
  ): Promise<KeptEngine> {
    const engine = new EngineProcess(settings, model, watch);
    return new KeptEngine(settings, model, engine, await engine.ready, watch);
  }

  get pid(): number | undefined {
    return this.#engine.pid;
  }

  /** How it stands now. */
  get state(): EngineState {
    // One that starts may be silent for long; if it never gets there it is killed, and the start has failed.
    return this.#standing === 'ready' && this.#engine.isSilent ? 'silent' : this.#standing;
  }

  /** What the last engine that started measured. */
  get memory(): BatchMemory {
    return this.#memory;
  }

  /** Bounds the windows that this engine and those after it decode together, from the next batch on. */
  limit(batch: number): void {
    this.#limit = batch;
    this.#engine.limit(batch);
  }

  /** See `EngineProcess.release`. */
  release(): void {
    this.#engine.release();
  }

  /** See `EngineProcess.warm`. */
  warm(): void {
    this.#engine.warm();
  }

  /** Ends the process, and resolves when another has warmed up, or none can. Windows that it holds are done by the next. */
  async renew(): Promise<void> {
    const old = this.#engine;
    old.recycle();
    await this.#replaced(old);
    await this.#engine.ready.catch(() => undefined);
  }

  /**
   * Transcribes one window; rejects as `EngineProcess.submit` does. A window that was in an engine that ends for what
   * other windows left behind is done again by the next.
   */
  async transcribe(
    window: Window,
    signal: AbortSignal,
    onState?: (state: WindowState) => void,
  ): Promise<WindowResult> {
    for (;;) {
      const engine = this.#engine;
      try {
        await unlessAborted(started(engine), signal);
        const result = await engine.submit(window, signal, onState);
        this.#shortages = 0;
        return result;
      } catch (error) {
        if (isShortage(error)) this.#recycleAfterSome(engine);
        else if (isRecycled(error) && !signal.aborted && !this.#disposed) {
          await this.#replaced(engine);
          continue;
        }
        throw error;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#engine[Symbol.asyncDispose]();
  }

  #recycleAfterSome(engine: EngineProcess): void {
    if (this.#engine !== engine) return;
    this.#shortages += 1;
    if (this.#shortages === SHORTAGES) engine.recycle();
  }

  /** Resolves when another engine has taken the place of one that ended, or none can. */
  async #replaced(engine: EngineProcess): Promise<void> {
    const isOver = this.failed.catch(() => true);
    while (this.#engine === engine && !this.#disposed) {
      if (await Promise.race([isOver, setTimeout(RESTART_PAUSE, false)])) return;
    }
  }

  async #keepAlive(): Promise<never> {
    for (let failedStarts = 0; ;) {
      const cause = await this.#engine.ended;
      if (!this.#disposed) this.#ended(cause, failedStarts);
      await setTimeout(RESTART_PAUSE);
      if (this.#disposed) return new Promise<never>(() => undefined);
      if (failedStarts === START_ATTEMPTS) throw cause;
      this.#engine = new EngineProcess(this.#settings, this.#model, this.#watch);
      this.#engine.limit(this.#limit);
      this.#shortages = 0;
      const warmup = await this.#engine.ready.catch(() => null);
      this.#memory = warmup?.memory ?? this.#memory;
      failedStarts = warmup ? 0 : failedStarts + 1;
      if (warmup) this.#standing = 'ready';
    }
  }

  #ended(cause: LonghandError, failedStarts: number): void {
    const { code } = cause;
    this.#standing = failedStarts > 0 ? 'failing' : code === 'LH_ENGINE_HUNG' ? 'hung' : 'starting';
    if (!isRecycled(cause)) this.#watch.onEnd?.(code);
  }
}

/** Resolves when an engine is ready. That it cannot start says nothing of a window: it waits for the next. */
const started = ({ ready }: EngineProcess): Promise<unknown> =>
  ready.catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LonghandError('LH_ENGINE_DIED', `The engine did not start: ${reason}`, { cause });
  });

/** Resolves with `work`; rejects with the reason of `signal` where that fires first. */
async function unlessAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const aborted = once(signal, 'abort', { signal: over.signal }).catch(() => undefined);
  try {
    await Promise.race([work, signal.aborted ? null : aborted]);
    signal.throwIfAborted();
  } finally {
    over.abort();
  }
}

/** Whether an engine that lives on had too little memory for a window. */
const isShortage = (error: unknown): boolean =>
  error instanceof LonghandError && error.code === 'LH_OUT_OF_MEMORY' && error.details.died !== true;

/** Whether a window was in an engine that ended for what others had left behind. */
const isRecycled = (error: unknown): boolean =>
  error instanceof LonghandError && error.details.recycled === true;
