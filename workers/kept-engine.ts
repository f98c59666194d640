import { setTimeout } from 'node:timers/promises';
import { EngineProcess } from '../models/engine/process.ts';
import type { EngineModel, EngineSettings, Window, WindowState } from '../models/engine/protocol.ts';
import type { WindowResult } from '../models/whisper/session.ts';

/** Milliseconds before an engine that died is started again. */
const RESTART_PAUSE = 200;
/** Engines that may die before they are ready, one after the other, before no more is started. */
const START_ATTEMPTS = 3;

/** One engine process that is kept alive: another takes the place of one that dies. */
export class KeptEngine implements AsyncDisposable {
  readonly #settings: EngineSettings;
  readonly #model: EngineModel;
  #engine: EngineProcess;
  #disposed = false;
  /** Rejects when no engine can be started any more. */
  readonly failed: Promise<never>;

  private constructor(settings: EngineSettings, model: EngineModel, engine: EngineProcess) {
    this.#settings = settings;
    this.#model = model;
    this.#engine = engine;
    this.failed = this.#keepAlive();
    this.failed.catch(() => undefined);
  }

  /** Resolves when the first engine has warmed up. */
  static async start(settings: EngineSettings, model: EngineModel): Promise<KeptEngine> {
    const engine = new EngineProcess(settings, model);
    await engine.ready;
    return new KeptEngine(settings, model, engine);
  }

  get pid(): number | undefined {
    return this.#engine.pid;
  }

  /** Transcribes one window; rejects as `EngineProcess.submit` does. */
  async transcribe(
    window: Window,
    signal: AbortSignal,
    onState?: (state: WindowState) => void,
  ): Promise<WindowResult> {
    await this.#engine.ready;
    return this.#engine.submit(window, signal, onState);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#engine[Symbol.asyncDispose]();
  }

  async #keepAlive(): Promise<never> {
    for (let failedStarts = 0; ;) {
      const cause = await this.#engine.ended;
      await setTimeout(RESTART_PAUSE);
      if (this.#disposed) return new Promise<never>(() => undefined);
      if (failedStarts === START_ATTEMPTS) throw cause;
      this.#engine = new EngineProcess(this.#settings, this.#model);
      const started = await this.#engine.ready.then(
        () => true,
        () => false,
      );
      failedStarts = started ? 0 : failedStarts + 1;
    }
  }
}
