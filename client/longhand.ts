import type { QueueMessage, TranscriptionRequest } from '../workflows/contract.ts';
import { DEFAULT_ADDRESS } from '../workflows/defaults.ts';
import { Calls } from './calls.ts';
import { connect, type ServerOptions } from './connection.ts';
import { deleteTranscription, type DeleteOptions, type Deletion } from './delete.ts';
import { deliver, demandSharedOut } from './delivery.ts';
import { GivenStore } from './given-store.ts';
import { countRunning, listTranscriptions, type ListFilter } from './list.ts';
import { checkKey } from '../activities/request/own-key.ts';
import {
  canonicalOptions,
  canonicalPriority,
  canonicalTenant,
  type ReprocessOptions,
  type TranscribeOptions,
} from '../activities/request/options.ts';
import { filesAreThere } from './outputs.ts';
import type { PriorityName } from '../activities/request/priority.ts';
import { decideReprocess, reprocessRequest } from './reprocess.ts';
import { Run, type Shared } from './run.ts';
import { remoteSource } from '../activities/request/remote-source.ts';
import { fileSource, sourcePath } from './source.ts';
import { startOrAttach } from './start.ts';
import { isStartedBy, startFor } from './start-once.ts';
import type { TranscriptionSummary } from './summary.ts';
import { Transcription } from './transcription.ts';

/** Where the server and the store are. */
export interface LonghandOptions extends ServerOptions {
  /**
   * The workers' store: the path or `file:` URI of a folder, or `s3://bucket/prefix` with endpoint, region and
   * credentials in the standard AWS_* environment variables. Sources are uploaded to it where the workers do not
   * share this disk; sections and outputs are read from it.
   * @default none: then sources must be on a disk that the workers share
   */
  readonly store?: string;
}

/**
 * A client of Longhand: starts transcriptions on a Temporal server whose workers do the work, and finds them again.
 * It needs no model, no ffmpeg and no GPU. One per process is enough; it may be used from any number of places at
 * once. Nothing connects before the first call.
 *
 * Every rejection is a `LonghandError` with a `code` of the table `ERRORS`, but for the caller's own `signal`, whose
 * reason it is.
 *
 * @example
 * await using longhand = new Longhand({ store: '/srv/longhand/store' });
 * const transcription = await longhand.transcribe('talk.mp3', { language: 'en' });
 * await transcription.result();
 * console.log(await transcription.read('txt'));
 */
export class Longhand implements AsyncDisposable {
  readonly #shared: Shared;
  readonly #address: string;

  /** Throws LH_OPTION_INVALID. */
  constructor({ store, ...server }: LonghandOptions = {}) {
    const client = connect(server);
    this.#address = server.address ?? DEFAULT_ADDRESS;
    this.#shared = { client, calls: new Calls(client), store: new GivenStore(store ?? null) };
  }

  /**
   * Starts the transcription of a file (a path, a `file:` URI or URL) or of what a worker fetches (an `http:` or `https:`
   * URL, or `secret:NAME` for one that the workers hold), or attaches to the one that the same request started before: same
   * bytes (or URL), file name, options and tenant, on whatever day. However often and from however many
   * processes a request is made at once, there is one transcription of it. One that failed, was cancelled, or whose
   * outputs are gone is made again under its ID, and finds in the store what was finished; one that is being cancelled
   * is waited out first, for a minute.
   *
   * Reads a file once to hash it. Where the workers do not share this disk, it is uploaded to the store, once.
   *
   * Rejects with LH_SOURCE_MISSING, LH_SOURCE_NOT_FILE, LH_SOURCE_EMPTY, LH_SOURCE_FORBIDDEN, LH_SOURCE_SCHEME,
   * LH_SOURCE_CHANGED; LH_SOURCE_READABLE for a URL with a query, unless payloads are encrypted; LH_SOURCE_NOT_SHARED where the workers neither share this disk nor a store was given;
   * LH_WORKERS_AWAY where one that is being cancelled does not end; LH_KEY_CONFLICT; LH_LANGUAGE_UNKNOWN, LH_MODEL_UNKNOWN, LH_FORMAT_UNKNOWN, LH_OPTION_INVALID for options of a
   * wrong form (a well-formed model or language that the catalogue lacks fails the transcription, with the same code);
   * what the store throws; LH_SERVER_UNREACHABLE.
   */
  transcribe(source: string | URL, options: TranscribeOptions = {}): Promise<Transcription> {
    const { calls } = this.#shared;
    const { key, priority, ...wanted } = options;
    return calls.once(async () => {
      const own = key === undefined ? undefined : checkKey(key);
      const urgency = canonicalPriority(priority);
      return this.#start(await this.#request(source, wanted), own, urgency);
    });
  }

  /**
   * Starts what a message asks for under `id`, unless that message has started it before, however it ended: whether it
   * was started now. Rejects as `transcribe` does, with LH_KEY_CONFLICT where the ID is that of anything else.
   *
   * @internal
   */
  startOnce(
    id: string,
    source: string,
    { priority, ...wanted }: Omit<TranscribeOptions, 'key'>,
    message: QueueMessage,
  ): Promise<boolean> {
    const { client, calls } = this.#shared;
    return calls.once(async () => {
      const own = checkKey(id);
      // Before its source is looked at, which may be gone by now.
      if (await calls.run(() => isStartedBy(client, own, message))) return false;
      const urgency = canonicalPriority(priority);
      const request = { ...(await this.#request(source, wanted)), message };
      return calls.run(() => startFor(client, own, request, { message, priority: urgency }));
    });
  }

  /**
   * How many transcriptions run on the server, as its lists have it.
   *
   * @internal
   */
  countRunning(): Promise<number> {
    const { client, calls } = this.#shared;
    return calls.run(() => countRunning(client));
  }

  /** What the workers are asked for, once they can read the source. */
  async #request(
    source: string | URL,
    { tenant, ...wanted }: Omit<TranscribeOptions, 'key' | 'priority'>,
  ): Promise<TranscriptionRequest> {
    const { client, calls, store } = this.#shared;
    const options = canonicalOptions(wanted);
    const owner = canonicalTenant(tenant);
    const named = remoteSource(source) ?? (await fileSource(sourcePath(source), calls.closed));
    const place = { client, address: this.#address, store, signal: calls.closed };
    return { source: await calls.run(() => deliver(named, options, place)), options, tenant: owner };
  }

  /**
   * Applies other steps to the text of a finished transcript, without hearing anything again: of a transcription on the
   * server, by its ID (one that runs is waited for), or of a json output, by its path. What was heard stays as it is; the
   * outputs are those of a transcription of its own, the same that the source would give with these steps.
   *
   * Rejects with LH_PIPELINE_INVALID, LH_FORMAT_UNKNOWN (there is no run report), LH_OPTION_INVALID (also for `vtt-words`
   * of a transcript without words);
   * LH_TRANSCRIPTION_UNKNOWN and what the transcription ended with; LH_SOURCE_MISSING and LH_TRANSCRIPT_INVALID of a file,
   * which needs the workers' store; what the store throws; LH_SERVER_UNREACHABLE.
   *
   * @example
   * await longhand.reprocess(id, { text: [{ step: 'script', to: 'tw' }] });
   */
  reprocess(transcript: string, options: ReprocessOptions): Promise<Transcription> {
    const { client, calls, store } = this.#shared;
    const { key, ...wanted } = options;
    return calls.once(async () => {
      const own = key === undefined ? undefined : checkKey(key);
      const decided = decideReprocess(wanted);
      const place = { client, address: this.#address, store };
      await calls.run(() => demandSharedOut(decided, place));
      const request = await reprocessRequest(transcript, decided, this.#shared);
      return this.#start(request, own);
    });
  }

  async #start(
    request: TranscriptionRequest,
    key: string | undefined,
    priority?: PriorityName,
  ): Promise<Transcription> {
    const { client, calls, store } = this.#shared;
    const { handle, runId, attached } = await calls.run(() =>
      startOrAttach(client, request, {
        key,
        priority,
        filesAreThere: (result) => filesAreThere(result, store),
        outlast: (act, milliseconds) => calls.outlast(act, milliseconds),
      }),
    );
    const run = new Run(this.#shared, handle.workflowId, runId);
    return new Transcription(this.#shared, handle.workflowId, { run, attached });
  }

  /** A handle of the transcription of that ID. Asks the server nothing: an unknown ID shows at the first call. */
  get(id: string): Transcription {
    return new Transcription(this.#shared, id, null);
  }

  /**
   * Deletes all that a transcription has left: its files in the store, its recording, source and what was heard in it
   * where no other transcription uses them, its workflows on the server with their histories, and with `outputs` its
   * output files on disks of this machine. Needs the workers' store. May be asked again, also after it was cut short and
   * where the server has forgotten the transcription: it says what there was.
   *
   * Rejects with LH_TRANSCRIPTION_RUNNING for one that runs: cancel it first; LH_OPTION_INVALID for what is no ID,
   * LH_TRANSCRIPTION_UNKNOWN for another's workflow; LH_STORE_NOT_GIVEN, and what the store throws.
   *
   * @example
   * const { files, bytes, sharedWith } = await longhand.delete(id, { outputs: true });
   */
  delete(id: string, options: DeleteOptions = {}): Promise<Deletion> {
    return this.#shared.calls.run(() => deleteTranscription(id, options, this.#shared));
  }

  /**
   * The server's transcriptions that fit `filter`, those that run first, newest first. A server's lists lag behind its
   * workflows, by a moment as a rule. Throws LH_OPTION_INVALID and LH_SERVER_UNREACHABLE.
   *
   * @example
   * for await (const { id, phase } of longhand.list({ status: 'running' })) console.log(id, phase);
   */
  async *list(filter: ListFilter = {}): AsyncGenerator<TranscriptionSummary, void, undefined> {
    const { client, calls } = this.#shared;
    const found = listTranscriptions(client, filter);
    for (;;) {
      // A generator that has thrown cannot be asked again.
      const next = await calls.once(() => found.next());
      if (next.done) return;
      yield next.value;
    }
  }

  /**
   * Closes the connection: what waits, reads a source or uploads it rejects with LH_SERVER_UNREACHABLE, other calls
   * come to their end first. The transcriptions go on.
   */
  close(): Promise<void> {
    return this.#shared.calls.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
