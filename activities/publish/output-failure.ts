import { LonghandError } from '../../workflows/errors.ts';
import { diskFailure, systemCode } from '../store/failure.ts';

/** What the system answers when a file stands where a folder must be, or a folder where a file must be. */
const IN_THE_WAY = ['EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY'];

/** As `diskFailure`, for an output at `path`; what stands in its way stays there until a person moves it. */
export function outputFailure(error: unknown, path: string): LonghandError {
  const system = systemCode(error);
  if (!IN_THE_WAY.includes(system)) return diskFailure(error, path);
  const message = `Expected to write at ${path}, but another file or folder is in the way (${system}).`;
  return new LonghandError('LH_NOT_WRITABLE', message, { cause: error, details: { path, system } });
}
