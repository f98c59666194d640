import { setImmediate, setTimeout } from 'node:timers/promises';
import { LonghandError } from '../../workflows/errors.ts';
import { AUDIO_CONTEXT } from '../whisper/dims.ts';
import { RECIPES } from '../whisper/precision.ts';
import type { Encoded, WhisperSession, WindowResult } from '../whisper/session.ts';
import { framesOf } from '../whisper/window.ts';
import { Batcher, runTogether, type QueuedWindow } from './batcher.ts';
import { earliestEnd } from './earliest-end.ts';
import { TEMPERATURES, samplingOf } from './fallback.ts';
import { best, isGuess, judge } from './guards.ts';
import { withLead, withoutLead } from './lead.ts';
import type { MemoryBound } from './memory-bound.ts';
import { outsideLoops } from './loops.ts';
import { outOfMemory } from './out-of-memory.ts';
import {
  sameModel,
  type EngineModel,
  type EngineSettings,
  type FromEngine,
  type Warmup,
  type Window,
} from './protocol.ts';
import { warmUp } from './warm-up.ts';

interface Row {
  readonly item: QueuedWindow;
  readonly encoded: Encoded;
  /** Samples that were encoded, and how many of them are silence before the window. */
  readonly samples: number;
  readonly lead: number;
  /** What it was decoded to so far, a temperature each. */
  readonly tries: readonly WindowResult[];
  /** Milliseconds, its part of the batches so far. */
  readonly took: number;
}
type Load = (model: EngineModel, settings: EngineSettings) => Promise<WhisperSession>;

/**
 * Milliseconds that a batch which is not full waits for a window that is on its way. A window is 1 MB, several times
 * what a pipe holds, so one that was sent while the engine computed has still to come.
 */
const ARRIVAL = 20;

/**
 * Runs windows on one resident model: encodes them one by one, so that each window's activations are scaled alone,
 * and decodes all that wait together, up to the batch size. A window whose text is bad is decoded again, at the next
 * temperature, in the next batch.
 */
export class EngineRunner implements Disposable {
  readonly #batcher = new Batcher();
  /** Encoded windows to be decoded again. */
  #again: Row[] = [];
  readonly #cancelled = new Set<number>();
  readonly #settings: EngineSettings;
  readonly #load: Load;
  readonly #send: (message: FromEngine) => void;
  readonly #bound: MemoryBound | undefined;
  #resident: { model: EngineModel; session: WhisperSession } | undefined;
  #running = false;
  /** Whether the session was released for its size before the last batch. */
  #renewed = false;
  /** Whether the session is to be released when nothing is left to do. */
  #isReleased = false;
  /** Graphs of the model that was released so. */
  #givenBack: string | undefined;
  /** The most windows decoded together. */
  #limit: number;
  /** When the work on the batch that is reported next began. */
  #began = 0;

  constructor(
    settings: EngineSettings,
    load: Load,
    send: (message: FromEngine) => void,
    bound?: MemoryBound,
  ) {
    this.#settings = settings;
    this.#limit = settings.batch;
    this.#load = load;
    this.#send = send;
    this.#bound = bound;
  }

  /** `held` gives the bytes that the engine holds on its device. */
  warmUp(model: EngineModel, held = ownMemory): Promise<Warmup> {
    const { batch } = this.#settings;
    const fill = this.#fill(model);
    return warmUp({ open: () => this.#session(model), batch, fill, bound: this.#bound, held });
  }

  /** Warms up again where the session was released and nothing runs; null where there is nothing to do. */
  async warmUpAgain(model: EngineModel, held = ownMemory): Promise<Warmup | null> {
    if (this.#running || this.#resident) return null;
    this.#running = true;
    try {
      return await this.warmUp(model, held);
    } finally {
      void this.#run();
    }
  }

  /** Bounds the windows that are decoded together, from the next batch on. */
  limit(batch: number): void {
    this.#limit = batch;
  }

  /** Gives the session's memory back once nothing is left to do; the next window loads it again. */
  release(): void {
    this.#isReleased = true;
    if (!this.#running) this.#giveBack();
  }

  submit(id: number, window: Window): void {
    this.#batcher.add({ id, window });
    if (!this.#running) void this.#run();
  }

  /** Drops a window before its next step; its place in the queue, or its row between encoder and decoder. */
  cancel(id: number): void {
    this.#batcher.cancel(id);
    this.#again = this.#again.filter(({ item }) => item.id !== id);
    this.#cancelled.add(id);
  }

  [Symbol.dispose](): void {
    this.#resident?.session[Symbol.dispose]();
    this.#resident = undefined;
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Lets the requests that arrived together be seen together.
    await setImmediate();
    for (;;) {
      const again = this.#takeAgain();
      const first = again[0]?.item ?? this.#batcher.takeFirst();
      if (!first) break;
      const isExceeded = this.#bound?.isExceeded ?? false;
      // A session that is new has not grown: what fills the process now stays until its end, and its owner gives what
      // waits to another.
      if (isExceeded && this.#renewed) return this.#send({ type: 'exceeded' });
      if (isExceeded) this[Symbol.dispose]();
      this.#renewed = isExceeded;
      this.#began = performance.now();
      const { rows, most } = await this.#encode(first, again);
      await this.#decode(rows, Math.min(most, this.#fill(first.window.model)));
      this.#cancelled.clear();
      await setImmediate();
    }
    this.#running = false;
    this.#giveBack();
  }

  #giveBack(): void {
    if (this.#isReleased) {
      this.#givenBack = this.#resident?.model.graphs;
      this[Symbol.dispose]();
    }
    this.#isReleased = false;
  }

  /** The windows to be decoded again that can run together with the first of them. */
  #takeAgain(): Row[] {
    const [first] = this.#again;
    if (!first) return [];
    const mates = this.#again.filter(
      (row) => row === first || runTogether(row.item.window, first.item.window),
    );
    const rows = mates.slice(0, this.#limit);
    this.#again = this.#again.filter((row) => !rows.includes(row));
    return rows;
  }

  /**
   * Adds to the rows to be decoded again, or to none, what waits and can run with them, also what arrives meanwhile, up
   * to the batch size and to what fits into memory: encoded, `first` before all others. Windows that fail count, lest
   * they keep those of another model waiting.
   */
  async #encode(
    first: QueuedWindow,
    again: readonly Row[],
  ): Promise<{ readonly rows: Row[]; readonly most: number }> {
    const rows = [...again];
    let [taken, most] = [rows.length, this.#limit];
    const next = () => (taken < most ? this.#mateOf(first) : undefined);
    for (let item = rows.length > 0 ? await next() : first; item; item = await next()) {
      taken += 1;
      try {
        if (!this.#isResident(item.window.model))
          this.#send({ type: 'state', id: item.id, state: 'loading' });
        const session = await this.#session(item.window.model);
        if (rows.length === 0) most = Math.min(most, this.#bound?.rows() ?? most);
        this.#send({ type: 'state', id: item.id, state: 'encoding' });
        const { samples, lead } = withLead(item.window.pcm);
        const encoded = await session.encode(samples);
        rows.push({ item, encoded, samples: samples.length, lead, tries: [], took: 0 });
        this.#send({ type: 'alive' });
      } catch (error) {
        this.#fail(item.id, error);
      }
      await setImmediate();
    }
    return { rows, most };
  }

  async #mateOf(first: QueuedWindow): Promise<QueuedWindow | undefined> {
    const end = performance.now() + ARRIVAL;
    let mate = this.#batcher.takeMate(first);
    while (!mate && performance.now() < end) {
      await setTimeout(1);
      mate = this.#batcher.takeMate(first);
    }
    return mate;
  }

  /**
   * Decodes rows together, filled up to `fill` rows. A batch that fails is halved, down to the rows that do not fit or
   * fail by themselves.
   */
  async #decode(all: readonly Row[], fill: number): Promise<void> {
    const rows = all.filter(({ item }) => !this.#cancelled.has(item.id));
    const [first] = rows;
    if (!first) return;
    let session: WhisperSession;
    let results: WindowResult[];
    let took: number;
    try {
      session = await this.#session(first.item.window.model);
      for (const { item } of rows) this.#send({ type: 'state', id: item.id, state: 'decoding' });
      results = await session.decode(
        rows.map(({ item, encoded, samples, tries }) => ({
          encoded,
          decode: item.window.decode,
          samples,
          earliestEnd: earliestEnd(samples),
          sampling: samplingOf(item.window, TEMPERATURES[tries.length] ?? 1),
        })),
        fill,
      );
      this.#bound?.ran(Math.max(rows.length, fill), rows.some(isWhole));
      took = this.#report(first.item.window.model, rows.length);
    } catch (error) {
      // A row that cannot be decoded breaks every batch it is in; one short of memory may fit into a smaller run.
      const size = outOfMemory(error) ? Math.max(rows.length, fill) : rows.length;
      if (size === 1) return this.#fail(first.item.id, error);
      const half = Math.ceil(size / 2);
      const smaller = outOfMemory(error) ? Math.ceil(fill / 2) : fill;
      await this.#decode(rows.slice(0, half), smaller);
      return this.#decode(rows.slice(half), smaller);
    }
    rows.forEach((row, index) => {
      const result = results[index];
      if (result) this.#settle({ ...row, took: row.took + took / rows.length }, result, session);
    });
  }

  /** Gives the milliseconds that the batch took. */
  #report({ precision }: EngineModel, rows: number): number {
    const now = performance.now();
    const took = now - this.#began;
    this.#began = now;
    this.#send({ type: 'batch', batch: { precision, rows, room: this.#settings.batch, took } });
    return took;
  }

  /** Answers with a result that is good, or the best where all temperatures are tried, or queues the window again. */
  #settle(row: Row, result: WindowResult, session: WhisperSession): void {
    const { item, lead } = row;
    if (this.#cancelled.has(item.id)) return;
    const verdict = judge(result, item.window.pcm);
    const tries = [...row.tries, result];
    if (verdict === 'retry' && tries.length < TEMPERATURES.length) {
      this.#again.push({ ...row, tries });
      return;
    }
    let answer = result;
    if (verdict === 'silence' || (verdict === 'retry' && isGuess(tries))) {
      answer = { ...result, tokens: [], heard: undefined, segments: [] };
    } else if (verdict === 'retry') {
      const chosen = best(tries);
      const kept = outsideLoops(chosen.tokens, session.tokens.special.timestampBegin);
      const tokens = kept.map((index) => chosen.tokens[index]!);
      const heard = chosen.heard && kept.map((index) => chosen.heard![index]!);
      const segments = session.tokens.segments(tokens, row.samples, chosen.language, heard);
      answer = { ...chosen, tokens, heard, segments };
    }
    const { model, pcm } = item.window;
    const cost = { precision: model.precision, samples: pcm.length, took: row.took };
    this.#send({ type: 'result', id: item.id, result: withoutLead(answer, lead), cost });
  }

  /** Rows of every run of the decoder (see `WhisperSession.decode`); 1 where a row gives the same in any batch. */
  #fill({ precision }: EngineModel): number {
    return this.#settings.device === 'cpu' && RECIPES[precision].real === 'float' ? 1 : this.#limit;
  }

  #isResident(model: EngineModel): boolean {
    return this.#resident !== undefined && sameModel(this.#resident.model, model);
  }

  async #session(model: EngineModel): Promise<WhisperSession> {
    if (this.#resident && this.#isResident(model)) return this.#resident.session;
    this[Symbol.dispose]();
    // What was given back for others' sake had its room, which an estimate must not take from a chunk.
    if (model.graphs !== this.#givenBack) this.#bound?.demandModel(model.graphs);
    const session = await this.#load(model, this.#settings);
    this.#givenBack = undefined;
    this.#resident = { model, session };
    this.#bound?.loaded(model.graphs);
    this.#send({ type: 'alive' });
    return session;
  }

  #fail(id: number, error: unknown): void {
    const { code, message } = toCoded(error);
    // A session that ran out of memory keeps its arena; only its end gives the memory back.
    if (code === 'LH_OUT_OF_MEMORY') this[Symbol.dispose]();
    this.#send({ type: 'failed', id, code, message });
  }
}

const ownMemory = (): Promise<number> => Promise.resolve(process.memoryUsage.rss());

/** Whether a row was encoded in all the frames that a window may have. */
function isWhole({ item, samples }: Row): boolean {
  return framesOf(samples, RECIPES[item.window.model.precision]) === AUDIO_CONTEXT;
}

/** A coded error of the engine for whatever was thrown. */
export function toCoded(error: unknown): LonghandError {
  if (error instanceof LonghandError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = outOfMemory(error) ? 'LH_OUT_OF_MEMORY' : 'LH_INTERNAL';
  return new LonghandError(code, message, { cause: error });
}
