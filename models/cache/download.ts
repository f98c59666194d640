/** Milliseconds. */
export interface Patience {
  /** Until the server answers. */
  readonly connect: number;
  /** Between two pieces of the body. */
  readonly stall: number;
}

const PATIENCE: Patience = { connect: 10_000, stall: 30_000 };

interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly patience?: Patience;
  /** Bytes of the body to leave out at its beginning. @default 0 */
  readonly from?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The body at `url` from the byte `from` on, piece by piece, redirects followed. A server that knows no ranges sends
 * all, and what comes before `from` is dropped. Throws where the server does not answer, answers with another status
 * than 200 or 206, falls silent, or ends before the length it announced.
 */
export async function* download(
  url: string,
  { signal, patience = PATIENCE, from = 0, headers = {} }: DownloadOptions = {},
): AsyncGenerator<Uint8Array> {
  const giveUp = new AbortController();
  const seconds = (milliseconds: number) => `${Math.round(milliseconds / 1000)} s`;
  const abort = (what: string) => giveUp.abort(new Error(what));
  const connecting = setTimeout(
    () => abort(`no answer from ${new URL(url).host} within ${seconds(patience.connect)}`),
    patience.connect,
  );
  let stalling: NodeJS.Timeout | undefined;
  try {
    const signals = signal === undefined ? [giveUp.signal] : [giveUp.signal, signal];
    const range = from > 0 ? { range: `bytes=${from}-` } : {};
    const response = await fetch(url, {
      signal: AbortSignal.any(signals),
      headers: { ...headers, ...range },
    });
    clearTimeout(connecting);
    const isRest = response.status === 206 && startsAt(response, from);
    if ((response.status !== 200 && !isRest) || response.body === null) {
      await response.body?.cancel();
      throw new Error(`${new URL(url).host} answered ${response.status} for ${new URL(url).pathname}`);
    }
    stalling = setTimeout(() => abort(`no bytes for ${seconds(patience.stall)}`), patience.stall);
    let surplus = isRest ? 0 : from;
    for await (const bytes of response.body as AsyncIterable<Uint8Array>) {
      stalling.refresh();
      if (surplus < bytes.length) yield bytes.subarray(surplus);
      surplus = Math.max(0, surplus - bytes.length);
      stalling.refresh();
    }
  } finally {
    clearTimeout(connecting);
    clearTimeout(stalling);
  }
}

/** Whether a partial answer is the one that was asked for (RFC 9110, `Content-Range`). */
const startsAt = ({ headers }: Response, from: number): boolean =>
  new RegExp(`^bytes ${from}-`).test(headers.get('content-range') ?? '');
