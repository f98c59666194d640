import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { LonghandError } from '../../workflows/errors.ts';
import type { Draft } from './draft.ts';
import { connectionFailure, fetchFailure, statusFailure } from './failure.ts';
import type { Place } from './place.ts';
import { ask, type Asking } from './request.ts';

export interface Downloading extends Omit<Asking, 'headers'> {
  /** Called with each piece: bytes so far, and of all where that is known. */
  readonly onProgress?: ((bytes: number, total: number | null) => void) | undefined;
}

const HEADERS = { 'accept-encoding': 'identity', 'user-agent': 'longhand' };

/**
 * Writes the body at `place` to an empty draft. One that breaks off is gone on with where the server has the same bytes
 * still, else taken from its beginning, as long as each few tries bring more.
 *
 * Throws what `ask` throws; LH_SOURCE_MISSING, LH_SOURCE_FORBIDDEN and LH_SOURCE_ANSWER for what the server says;
 * LH_SOURCE_UNREACHABLE where it is away, falls silent, or sends another length than it announced; LH_SOURCE_LIMIT,
 * LH_SOURCE_EMPTY, what the disk says, and the reason of the signal.
 */
export async function download(place: Place, draft: Draft, downloading: Downloading): Promise<void> {
  const { limits } = downloading;
  const late = new AbortController();
  const hours = limits.total / 3_600_000;
  const timer = setTimeout(
    () => late.abort(fetchFailure('LH_SOURCE_LIMIT', place, `it took longer than ${hours} hours`)),
    limits.total,
  );
  const signal = AbortSignal.any([downloading.signal, late.signal]);
  const body = new Body(place, draft, { ...downloading, signal });
  let most = 0;
  try {
    for (let idle = 0; ;) {
      try {
        return await body.receive();
      } catch (error) {
        idle = draft.size > most ? 0 : idle + 1;
        most = Math.max(most, draft.size);
        if (!mayPass(error) || most === 0 || idle > limits.tries) throw error;
        await sleep(limits.pause * 2 ** idle, undefined, { signal });
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const mayPass = (error: unknown): boolean =>
  error instanceof LonghandError &&
  (error.code === 'LH_SOURCE_UNREACHABLE' || error.code === 'LH_SOURCE_HOST');

/** What is known of a body, and its way to the draft. */
class Body {
  readonly #place: Place;
  readonly #draft: Draft;
  readonly #downloading: Downloading;
  /** Bytes of all; null where the server did not say. */
  #total: number | null = null;
  /** What tells its bytes from others' (RFC 9110, 13.1.5); null where they cannot be gone on with. */
  #validator: string | null = null;

  constructor(place: Place, draft: Draft, downloading: Downloading) {
    this.#place = place;
    this.#draft = draft;
    this.#downloading = downloading;
  }

  /** Asks for what the draft lacks, and writes it. */
  async receive(): Promise<void> {
    const draft = this.#draft;
    if (this.#validator === null && draft.size > 0) await draft.restart();
    const from = draft.size;
    const rest = from > 0 ? { range: `bytes=${from}-`, 'if-range': this.#validator ?? '' } : {};
    const answer = await ask(this.#place, { ...this.#downloading, headers: { ...HEADERS, ...rest } });
    try {
      await this.#look(answer, from);
      await this.#write(answer);
      this.#checkLength();
    } finally {
      answer.destroy();
    }
  }

  /** Whether the answer is the body, or its rest from `from` on. */
  async #look({ statusCode: status = 0, headers }: IncomingMessage, from: number): Promise<void> {
    const { bytes } = this.#downloading.limits;
    if (from > 0 && (status === 206 || status === 416)) {
      const [start, total] = rangeOf(headers);
      if (status !== 206 || start !== from || (this.#total ?? total) !== total) {
        throw this.#broken('another part came than the one asked for');
      }
      this.#total = total;
    } else if (status === 200) {
      if (from > 0) await this.#draft.restart();
      this.#total = headers['content-length'] === undefined ? null : Number(headers['content-length']);
      this.#validator = validatorOf(headers);
    } else {
      throw statusFailure(this.#place, status);
    }
    const coding = codingOf(headers);
    if (coding !== null) throw fetchFailure('LH_SOURCE_ANSWER', this.#place, `got it coded as ${coding}`);
    if ((this.#total ?? 0) > bytes) throw this.#tooLarge();
  }

  async #write(answer: IncomingMessage): Promise<void> {
    const { limits, onProgress, signal } = this.#downloading;
    const silence = fetchFailure(
      'LH_SOURCE_UNREACHABLE',
      this.#place,
      `no byte came for ${limits.stall / 1000} seconds`,
    );
    const timer = setTimeout(() => answer.destroy(silence), limits.stall);
    try {
      for await (const bytes of answer as AsyncIterable<Buffer>) {
        if (this.#draft.size + bytes.length > limits.bytes) throw this.#tooLarge();
        await this.#draft.append(bytes);
        onProgress?.(this.#draft.size, this.#total);
        timer.refresh();
      }
    } catch (error) {
      signal.throwIfAborted();
      throw connectionFailure(this.#place, error);
    } finally {
      clearTimeout(timer);
    }
  }

  #checkLength(): void {
    const { size } = this.#draft;
    if (this.#total !== null && size !== this.#total) {
      throw this.#broken(`its server announced ${this.#total} bytes and sent ${size}`);
    }
    if (size === 0) throw fetchFailure('LH_SOURCE_EMPTY', this.#place, 'got no bytes');
  }

  /** What is there is not the beginning of what the server has. */
  #broken(came: string): LonghandError {
    this.#validator = null;
    return fetchFailure('LH_SOURCE_UNREACHABLE', this.#place, came);
  }

  #tooLarge(): LonghandError {
    const { bytes } = this.#downloading.limits;
    return fetchFailure('LH_SOURCE_LIMIT', this.#place, `it has more than ${bytes} bytes`);
  }
}

/** First byte and length of all, as `Content-Range` says; null where it does not. */
function rangeOf({
  'content-range': range = '',
}: IncomingHttpHeaders): readonly [start: number | null, total: number | null] {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range) ?? [];
  const numberOf = (text = '*'): number | null => (text === '*' ? null : Number(text));
  return [numberOf(start), numberOf(total)];
}

/** A strong ETag, or a time of modification that is old enough to be one (RFC 9110, 8.8.2.2). */
function validatorOf(headers: IncomingHttpHeaders): string | null {
  const { etag = '', 'last-modified': modified = '', date = '' } = headers;
  if (etag.startsWith('"')) return etag;
  return Date.parse(date) - Date.parse(modified) >= 1000 ? modified : null;
}

/** What a body is coded as, beside being sent in pieces; null where it is as it is. */
function codingOf(headers: IncomingHttpHeaders): string | null {
  const { 'content-encoding': content = '', 'transfer-encoding': transfer = '' } = headers;
  if (!/^(identity)?$/i.test(content)) return JSON.stringify(content);
  return /^(chunked)?$/i.test(transfer) ? null : JSON.stringify(transfer);
}
