import type { ErrorCode } from '../workflows/errors.ts';
import { LonghandError } from '../workflows/errors.ts';

/** What a worker tells whoever started it. */
export type Status =
  /** Bytes of a file being fetched; `total` is null where unknown. */
  | { readonly type: 'fetch'; readonly name: string; readonly done: number; readonly total: number | null }
  | { readonly type: 'notice'; readonly text: string }
  /** Where its figures and its health are served. */
  | { readonly type: 'endpoint'; readonly url: string; readonly device?: string }
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };

export type Report = (status: Status) => void;

/** What fetches tell of themselves, as a worker reports it. */
export function fetchNotices(report: Report) {
  return {
    onProgress: (name: string, done: number, total: number | null) =>
      report({ type: 'fetch', name, done, total }),
    onNotice: (text: string) => report({ type: 'notice', text }),
  };
}

/** The error of what stopped a worker. */
export function toCoded(error: unknown): LonghandError {
  if (error instanceof LonghandError) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new LonghandError('LH_INTERNAL', message, { cause: error });
}

/** The status that ends a worker: the code of what stopped it. */
export function failure(error: unknown): Status {
  const { code, message } = toCoded(error);
  return { type: 'failed', code, message };
}
