import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LonghandError } from '../../workflows/errors.ts';
import type { WindowResult } from '../whisper/session.ts';
import { classifyDeath, oomKillCount } from './death.ts';
import type {
  Batch,
  EngineModel,
  EngineSettings,
  FromEngine,
  ToEngine,
  Warmup,
  Window,
  WindowCost,
  WindowState,
} from './protocol.ts';
import { Watchdog } from './watchdog.ts';

/** The silence after which an engine is taken for hung and killed, in milliseconds. */
export interface EngineDeadlines {
  /** While it loads a model and warms up. */
  readonly start: number;
  /** Between two signs of life while it has work. */
  readonly step: (warmup: Warmup) => number;
}

/** A busy machine is not a hang: a step may take a minute, and forty times the warmed-up time of a whole window. */
const DEADLINES: EngineDeadlines = {
  start: 180_000,
  step: ({ window }) => Math.max(60_000, 40 * window),
};
const STDERR_KEPT = 4_000;

/** What an engine's owner decides and hears of it. */
export interface EngineProcessWatch {
  readonly deadlines?: EngineDeadlines;
  /** Is told of each batch that was decoded. */
  readonly onBatch?: (batch: Batch) => void;
  /** Is told of each window that was given its text. */
  readonly onWindow?: (cost: WindowCost) => void;
  /** Is told what the warm-up measured. */
  readonly onWarmUp?: (warmup: Warmup) => void;
}

const ignored = (): void => undefined;
/** The part of its deadline for which an engine may be silent without being suspected. */
const UNSUSPECTED = 0.5;

/** What an engine's process is started with beside the environment of its own. */
export const ENGINE_ENVIRONMENT = {
  // Without it CUDA multiplies 32-bit floats with 10 bits of fraction.
  NVIDIA_TF32_OVERRIDE: '0',
  // From Hopper on ONNX Runtime takes cuDNN's attention, which plans anew for each length of the text in each layer, and
  // rounds by chance.
  ORT_ENABLE_CUDNN_FLASH_ATTENTION: '0',
  // Left alone, CUDA's first card is the fastest one, and that of nvidia-smi the first on the bus.
  CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
  // Bytes. Left alone, glibc raises it to the largest block freed, and keeps for itself what a released model had.
  MALLOC_MMAP_THRESHOLD_: '1048576',
};

interface Waiting {
  onState(state: WindowState): void;
  resolve(result: WindowResult): void;
  reject(error: Error): void;
}

/** An engine in a child process of its own, seen from its owner. */
export class EngineProcess implements AsyncDisposable {
  /** Resolves when the engine has warmed up; rejects with the coded error of its end. */
  readonly ready: Promise<Warmup>;
  /** Resolves with the coded cause when the process is gone. */
  readonly ended: Promise<LonghandError>;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #watchdog: Watchdog;
  readonly #deadlines: EngineDeadlines;
  #nextId = 0;
  #end: LonghandError | undefined;
  #fatal: LonghandError | undefined;
  #hung = false;
  /** The silence that a step is allowed, in milliseconds. */
  #step = Infinity;
  /** Last words on standard error since a window was transcribed: older ones say nothing of a death. */
  #stderr = '';
  readonly #onBatch: (batch: Batch) => void;
  readonly #onWindow: (cost: WindowCost) => void;

  constructor(
    settings: EngineSettings,
    model: EngineModel,
    {
      deadlines = DEADLINES,
      onBatch = ignored,
      onWindow = ignored,
      onWarmUp = ignored,
    }: EngineProcessWatch = {},
  ) {
    this.#deadlines = deadlines;
    this.#onBatch = onBatch;
    this.#onWindow = onWindow;
    const extension = extname(fileURLToPath(import.meta.url));
    this.#child = fork(new URL(`./main${extension}`, import.meta.url), {
      serialization: 'advanced',
      execArgv: extension === '.ts' ? ['--import', 'tsx'] : [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, ...ENGINE_ENVIRONMENT },
    });
    this.#watchdog = new Watchdog(deadlines.start, () => {
      this.#hung = true;
      this.#child.kill('SIGKILL');
    });
    this.#watchdog.busy(true);
    this.ended = this.#watchEnd();
    this.ready = new Promise((resolve, reject) => {
      this.#child.on('message', (message: FromEngine) => {
        this.#watchdog.alive();
        this.#receive(message, (warmup) => {
          onWarmUp(warmup);
          resolve(warmup);
        });
      });
      void this.ended.then(reject);
    });
    this.ready.catch(() => undefined);
    this.#tell({ type: 'start', settings, model });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it has work, and gave no sign of life for half of what it may be silent. */
  get isSilent(): boolean {
    const { silence, limit } = this.#watchdog;
    return silence > UNSUSPECTED * limit;
  }

  /**
   * Transcribes one window. Rejects with the engine's coded error, with the cause of its death, or, when `signal`
   * fires, at once with the signal's reason while the engine drops the window. `onState` is told when its encoding and
   * its decoding begin, each again where a rest is decoded by itself or a batch did not fit.
   */
  submit(
    window: Window,
    signal?: AbortSignal,
    onState: (state: WindowState) => void = () => undefined,
  ): Promise<WindowResult> {
    if (this.#end) return Promise.reject(this.#end);
    const id = this.#nextId++;
    return new Promise<WindowResult>((resolve, reject) => {
      const abort = () => {
        this.#tell({ type: 'cancel', id });
        this.#settle(id)?.reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      const unlisten = () => signal?.removeEventListener('abort', abort);
      this.#waiting.set(id, {
        onState,
        resolve: (result) => (unlisten(), resolve(result)),
        reject: (error) => (unlisten(), reject(error)),
      });
      if (signal?.aborted) return abort();
      signal?.addEventListener('abort', abort);
      this.#watchdog.busy(true);
      this.#tell({ type: 'window', id, window });
    });
  }

  /** Bounds the windows that are decoded together, from the next batch on; one that runs is not cut. */
  limit(batch: number): void {
    this.#tell({ type: 'limit', batch });
  }

  /** Has the model's memory given back once nothing is left to do; the next window loads it again. */
  release(): void {
    this.#tell({ type: 'release' });
  }

  /** Has the model loaded and warmed up again where it was released and nothing runs. */
  warm(): void {
    this.#tell({ type: 'warm' });
  }

  /**
   * Ends the process for the memory that it keeps. Its windows, which did no harm, reject with LH_ENGINE_DIED, `recycled`
   * in the details.
   */
  recycle(): void {
    const message = 'The engine was ended for the memory that it kept';
    this.#fatal ??= new LonghandError('LH_ENGINE_DIED', message, { details: { recycled: true } });
    this.#child.kill('SIGKILL');
  }

  /** Kills the process and waits for its end: the only sure way to give its memory back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  #receive(message: FromEngine, ready: (warmup: Warmup) => void): void {
    if (message.type === 'ready') {
      this.#watchdog.busy(this.#waiting.size > 0);
      this.#step = this.#deadlines.step(message.warmup);
      this.#watchdog.limit = this.#step;
      ready(message.warmup);
    } else if (message.type === 'batch') {
      this.#onBatch(message.batch);
    } else if (message.type === 'state') {
      // A model that is loaded again may take as long as at the start.
      this.#watchdog.limit = message.state === 'loading' ? this.#deadlines.start : this.#step;
      this.#waiting.get(message.id)?.onState(message.state);
    } else if (message.type === 'result') {
      this.#stderr = '';
      this.#onWindow(message.cost);
      this.#settle(message.id)?.resolve(message.result);
    } else if (message.type === 'failed') {
      this.#settle(message.id)?.reject(new LonghandError(message.code, message.message));
    } else if (message.type === 'exceeded') {
      this.recycle();
    } else if (message.type === 'fatal') {
      this.#fatal = new LonghandError(message.code, message.message);
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#watchdog.busy(false);
    return waiting;
  }

  #tell(message: ToEngine): void {
    // A channel closed by the engine's death is answered by `ended`.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  async #watchEnd(): Promise<LonghandError> {
    const oomKillsBefore = oomKillCount();
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    // `close` comes after the last words, which tell lack of memory from other deaths; a failed start has none.
    const [exitCode, signal] = (await once(this.#child, 'close').catch((error: unknown) => {
      this.#stderr = String(error);
      return [null, null];
    })) as [number | null, string | null];
    this.#watchdog.stop();
    const oomKills = oomKillCount() - oomKillsBefore;
    const death = { exitCode, signal, stderr: this.#stderr, hung: this.#hung, oomKills };
    this.#end = this.#fatal ?? classifyDeath(death);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#end);
    this.#waiting.clear();
    return this.#end;
  }
}
