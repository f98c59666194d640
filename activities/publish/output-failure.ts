import { diskTrouble, LonghandError, systemCode } from '../../workflows/errors.ts';
import { diskFailure } from '../store/failure.ts';

/** As `diskFailure`, for an output at `path`; what stands in its way stays there until a person moves it. */
export function outputFailure(error: unknown, path: string): LonghandError {
  if (diskTrouble(error) !== 'occupied') return diskFailure(error, path);
  const system = systemCode(error);
  const message = `Expected to write at ${path}, but another file or folder is in the way (${system}).`;
  return new LonghandError('LH_NOT_WRITABLE', message, { cause: error, details: { path, system } });
}
