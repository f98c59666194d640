import type { Format, Progress, Rung, TranscriptionResult } from '../workflows/contract.ts';
import { readCursor } from './cursor.ts';
import { checkInterval, followRun, type FollowEvent, type FollowOptions } from './follow.ts';
import { downloadOutputs, readOutput } from './outputs.ts';
import { retryGaps } from './retry.ts';
import { findRun, type Run, type Shared } from './run.ts';
import type { TranscriptionSummary } from './summary.ts';

/** Milliseconds between two looks at the progress while it is followed. */
const INTERVAL = 1000;

export interface ResultOptions {
  /** Ends the waiting, which then rejects with its reason; the transcription goes on. */
  readonly signal?: AbortSignal;
}

export interface DownloadOptions {
  /** Which outputs, among those the transcription was asked for. @default all of them */
  readonly formats?: readonly Format[];
}

/**
 * A transcription on the server: started, attached to, or found by its ID. It lives on the server, not here: any
 * number of handles in any number of processes may speak of it, and dropping one changes nothing.
 *
 * A handle speaks of one run: the one that `transcribe` started or found, or the newest there was when a handle from
 * `get` was first asked something. Every method rejects with a `LonghandError`: beside what it names, with
 * LH_TRANSCRIPTION_UNKNOWN where the server knows no such transcription, and with LH_SERVER_UNREACHABLE where it does
 * not answer within ten seconds.
 */
export class Transcription {
  /** The workflow ID: what `get` takes, and what the Temporal UI lists. */
  readonly id: string;
  /**
   * Whether `transcribe` found it there, running or done with its outputs in place, rather than having started it;
   * null for a handle from `get`.
   */
  readonly attached: boolean | null;
  readonly #shared: Shared;
  #finding: Promise<Run> | null;

  /** @internal */
  constructor(shared: Shared, id: string, found: { readonly run: Run; readonly attached: boolean } | null) {
    this.id = id;
    this.attached = found?.attached ?? null;
    this.#shared = shared;
    this.#finding = found && Promise.resolve(found.run);
  }

  /**
   * How far it is, now. `committed` never goes down between two answers of one handle. Where no worker is there to
   * answer, the last that is known; where the server only knows that it waits, zeros.
   *
   * Rejects with what the transcription ended with, if that was no result.
   */
  async progress(): Promise<Progress> {
    return (await this.#run()).read();
  }

  /**
   * The last of the text that is committed, in the recording's order: at most 2 KB of UTF-8, a line a segment.
   *
   * Rejects with LH_WORKERS_AWAY where it runs and no worker answers, and as `result` does where it ended without a
   * result. Once it is done its text comes from the store: LH_STORE_NOT_GIVEN, LH_STORE_MISSING.
   */
  async preview(): Promise<string> {
    return (await this.#run()).preview();
  }

  /**
   * What happens to it, as it happens: each section's text once it is finished, in order; the progress whenever it
   * has changed; at last the result. Keep the `cursor` of the last event you have dealt with: following from there
   * gives no section twice and leaves none out, in another process and days later too. A cursor names its run, and
   * goes on in that one even where the transcription has been made again since.
   *
   * Needs the workers' store. Goes on over restarts of the server. Ends with `done`, or rejects with what the
   * transcription ended with, after the sections that were finished before; with LH_STORE_NOT_GIVEN without a store,
   * LH_STORE_MISSING where it does not hold a section that is finished, LH_OPTION_INVALID, or the reason of `signal`.
   *
   * @example
   * for await (const event of transcription.follow()) {
   *   if (event.type === 'section') for (const { text } of event.transcript.segments) console.log(text);
   * }
   */
  async *follow(options: FollowOptions = {}): AsyncGenerator<FollowEvent, void, undefined> {
    const { cursor, interval = INTERVAL, signal } = options;
    checkInterval(interval);
    const place = cursor === undefined ? null : readCursor(cursor);
    signal?.throwIfAborted();
    await this.#shared.calls.run(() => this.#shared.store.open());
    const own = place === null ? await this.#run() : await this.#runOf(place.runId);
    const over = new AbortController();
    const abort = () => over.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      // It may have fired before anybody listened.
      signal?.throwIfAborted();
      const start = place ?? { runId: own.runId, section: 0 };
      yield* followRun(own, start, { interval, signal: over.signal });
    } finally {
      signal?.removeEventListener('abort', abort);
      over.abort();
    }
  }

  /**
   * Waits for the end, for as long as it takes and over restarts of the server, and gives where the outputs are.
   *
   * Rejects with what the transcription ended with: LH_CANCELLED, LH_AUDIO_UNREADABLE, …; with LH_TRANSCRIPTION_FAILED
   * where that has no code of its own; with the reason of `signal`.
   */
  async result({ signal }: ResultOptions = {}): Promise<TranscriptionResult> {
    signal?.throwIfAborted();
    return (await this.#run()).result(signal);
  }

  /**
   * The text of an output, after waiting for the result. `read('json')` parses as a `Transcript`, `read('report')` as
   * a `RunReport`.
   *
   * Rejects as `result` does; with LH_FORMAT_UNKNOWN where the output was not asked for, LH_STORE_NOT_GIVEN where it
   * lies in a store this client was not given, LH_STORE_MISSING where it is gone.
   */
  async read(format: Format): Promise<string> {
    const result = await this.result();
    const bytes = await this.#shared.calls.run(() => readOutput(result, format, this.#shared.store));
    return bytes.toString('utf8');
  }

  /**
   * Writes the outputs to files in `folder`, which is made where it is missing, after waiting for the result: each
   * whole or not at all, over a file of the same name. Gives their paths.
   *
   * Rejects as `read` does, and with LH_NOT_WRITABLE or LH_DISK_FULL.
   */
  async download(folder: string, { formats }: DownloadOptions = {}): Promise<string[]> {
    const run = await this.#run();
    const result = await run.result();
    const { name } = await run.describe();
    const wanted = formats ?? result.outputs.map(({ format }) => format);
    const { calls, store } = this.#shared;
    return calls.run(() => downloadOutputs(result, { folder, name, formats: wanted, store }));
  }

  /**
   * Asks for its end, and resolves once the server has taken that down: `result` then rejects with LH_CANCELLED. What
   * is finished stays in the store, and is found when the same request is made again. One that has ended stays so.
   */
  async cancel(): Promise<void> {
    return (await this.#run()).cancel();
  }

  /**
   * Sets the highest rung of the ladder that new chunks start on, by its number, counted from 1, or its name (`int8`,
   * `tiny.en:int8`, `int8@cpu`), and gives it; 1 lifts the ceiling. It holds for what is scheduled from then on, in
   * sections that run too: a chunk that waits in a task queue already stays there, and is below the ceiling once it falls.
   *
   * Rejects with LH_OPTION_INVALID where the ladder has no such rung, LH_TRANSCRIPTION_ENDED, or LH_WORKERS_AWAY.
   */
  async setCeiling(rung: number | string): Promise<Rung> {
    return (await this.#run()).setCeiling(String(rung));
  }

  /**
   * Does the gaps of its newest run again, and those alone, once that run has ended: in a run of its own, on the ladder
   * that the request has now, whose outputs take the place of the others. The source is not read again; the recording
   * must still be in the store. Gives a handle of that run, or of the one that has no gaps. Where it failed for a gap
   * (`gaps: 'fail'`), the same request is made again; where a retry failed or was cancelled, that.
   *
   * Rejects with what it ended with otherwise, or the reason of `signal`.
   *
   * @example
   * const { gaps } = await transcription.result();
   * if (gaps > 0) await (await transcription.retryGaps()).result();
   */
  async retryGaps({ signal }: ResultOptions = {}): Promise<Transcription> {
    signal?.throwIfAborted();
    return new Transcription(this.#shared, this.id, await retryGaps(this.#shared, this.id, signal));
  }

  /** How the server lists it; needs no worker. */
  async describe(): Promise<TranscriptionSummary> {
    return (await this.#run()).describe();
  }

  #run(): Promise<Run> {
    // What the server did not answer once is asked again by the next call.
    this.#finding ??= findRun(this.#shared, this.id).catch((error: unknown) => {
      this.#finding = null;
      throw error;
    });
    return this.#finding;
  }

  async #runOf(runId: string): Promise<Run> {
    const own = await this.#finding?.catch(() => null);
    return own?.runId === runId ? own : findRun(this.#shared, this.id, runId);
  }
}
