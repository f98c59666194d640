import { setMaxListeners } from 'node:events';
import { ERRORS, LonghandError, type ErrorCode, type RetriedBy } from '../../workflows/errors.ts';
import { toLonghandError } from '../failure.ts';
import { printable } from './display/printable.ts';

/** One line for a person: the code and the sentence, never a stack trace. */
export function explain(error: unknown): string {
  const { code, message } = toLonghandError(error);
  return `${code}: ${printable(message.split('\n')[0] ?? '')}`;
}

/** An error as `--json` shows it. */
export interface ErrorDocument {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retriedBy: RetriedBy;
}

export function errorDocument(error: unknown): ErrorDocument {
  const { code, message } = toLonghandError(error);
  return { code, message, retriedBy: ERRORS[code].retriedBy };
}

/** The exit status the error table gives. */
export function exitStatusOf(error: unknown): number {
  return ERRORS[toLonghandError(error).code].exit;
}

/** Runs `act` with a signal that fires at the first SIGINT or SIGTERM; the second ends the process at once. */
export async function interruptible<T>(act: (interrupted: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  // Every file waits for it.
  setMaxListeners(0, controller.signal);
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(ERRORS.LH_CANCELLED.exit);
    controller.abort(
      new LonghandError('LH_CANCELLED', 'Interrupted; what is done is kept, and the same command goes on'),
    );
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    return await act(controller.signal);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** Rejects with the signal's reason when it fires. */
export function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
