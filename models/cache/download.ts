/** Milliseconds. */
export interface Patience {
  /** Until the server answers. */
  readonly connect: number;
  /** Between two pieces of the body. */
  readonly stall: number;
}

const PATIENCE: Patience = { connect: 10_000, stall: 30_000 };

/**
 * The body at `url`, piece by piece, redirects followed. Throws where the server does not answer, answers with
 * another status than 200, falls silent, or ends before the length it announced.
 */
export async function* download(
  url: string,
  signal?: AbortSignal,
  patience: Patience = PATIENCE,
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
    const response = await fetch(url, { signal: AbortSignal.any(signals) });
    clearTimeout(connecting);
    if (response.status !== 200 || response.body === null) {
      await response.body?.cancel();
      throw new Error(`${new URL(url).host} answered ${response.status} for ${new URL(url).pathname}`);
    }
    stalling = setTimeout(() => abort(`no bytes for ${seconds(patience.stall)}`), patience.stall);
    for await (const bytes of response.body) {
      stalling.refresh();
      yield bytes as Uint8Array;
      stalling.refresh();
    }
  } finally {
    clearTimeout(connecting);
    clearTimeout(stalling);
  }
}
