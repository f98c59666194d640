import { diskTrouble, LonghandError, systemCode } from '../../workflows/errors.ts';

/** Why a value may not be there, for messages. */
export const GONE = 'it was deleted, or is past its retention';

/**
 * What a failed call on the store's disk means for the user. `path`: what was touched. `needed`: bytes that were
 * to be written there, or null where that is not known.
 */
export function diskFailure(error: unknown, path: string, needed: number | null = null): LonghandError {
  if (error instanceof LonghandError) return error;
  const code = systemCode(error);
  const trouble = diskTrouble(error);
  const options = { cause: error, details: { path, needed, system: code } };
  if (trouble === 'full') {
    const room = needed === null ? 'more room' : `room for ${needed} bytes`;
    return new LonghandError(
      'LH_DISK_FULL',
      `Expected ${room} at ${path}, but the disk is full (${code}).`,
      options,
    );
  }
  if (trouble === 'forbidden') {
    const message = `Expected to be allowed to write at ${path}, but the system refused (${code}).`;
    return new LonghandError('LH_NOT_WRITABLE', message, options);
  }
  const reason = error instanceof Error ? error.message : String(error);
  // What no system call said, such as a name that none takes, is a defect: waiting for the disk would not mend it.
  if (code === '' || code === 'ERR_INVALID_ARG_VALUE')
    return new LonghandError('LH_INTERNAL', reason, options);
  const message = `Expected the disk to answer at ${path}, got: ${reason}`;
  return new LonghandError('LH_STORE_UNREACHABLE', message, options);
}
