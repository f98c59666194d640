import type { ErrorCode } from '../workflows/errors.ts';
import { LonghandError } from '../workflows/errors.ts';

/** What a worker tells whoever started it. */
export type Status =
  /** Bytes of a file being fetched; `total` is null where unknown. */
  | { readonly type: 'fetch'; readonly name: string; readonly done: number; readonly total: number | null }
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };

/** Tells the supervisor, or standard error where no supervisor listens. */
export function report(status: Status): void {
  if (process.send) process.send(status);
  else process.stderr.write(`${JSON.stringify(status)}\n`);
}

/** The status that ends a worker: the code of what stopped it. */
export function failure(error: unknown): Status {
  if (error instanceof LonghandError) return { type: 'failed', code: error.code, message: error.message };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { type: 'failed', code: 'LH_INTERNAL', message };
}
