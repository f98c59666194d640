import { LonghandError } from '../workflows/errors.ts';

/** What the Temporal server answers; rejects with LH_SERVER_UNREACHABLE where it does not say `what`. */
export const answerOf = <T>(what: string, asked: Promise<T>): Promise<T> =>
  asked.catch((cause: unknown) => {
    const message = `Expected the Temporal server to say ${what}, got: ${String(cause)}`;
    throw new LonghandError('LH_SERVER_UNREACHABLE', message, { cause });
  });
