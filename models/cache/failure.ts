import { diskTrouble, LonghandError, systemCode } from '../../workflows/errors.ts';

/**
 * The errors that no other source can help against, as coded errors: `LH_DISK_FULL` and `LH_NOT_WRITABLE`.
 * Null for every other error.
 */
export function diskFailure(error: unknown, folder: string): LonghandError | null {
  if (error instanceof LonghandError) {
    return error.code === 'LH_DISK_FULL' || error.code === 'LH_NOT_WRITABLE' ? error : null;
  }
  const trouble = diskTrouble(error);
  if (trouble === 'full') return diskFull(folder, error);
  if (trouble !== null) {
    const message = `Expected to write into ${folder}, but got ${systemCode(error)}.`;
    return new LonghandError('LH_NOT_WRITABLE', message, { cause: error, details: { folder } });
  }
  return null;
}

export function diskFull(folder: string, cause?: unknown): LonghandError {
  return new LonghandError('LH_DISK_FULL', `Expected room on the disk of ${folder}, but it is full.`, {
    cause,
    details: { folder },
  });
}

/** Why something failed, in one short line without a stack. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The built-in fetch says only "fetch failed"; its cause knows why.
  const { cause } = error;
  if (!(error instanceof LonghandError) && cause instanceof Error) return reasonOf(cause);
  const { code } = error as NodeJS.ErrnoException;
  const text = error.message === '' ? (code ?? error.name) : error.message;
  const line = text.split('\n').find((part) => part.trim() !== '') ?? error.name;
  return error instanceof LonghandError ? `${error.code} ${line}` : line.trim();
}
