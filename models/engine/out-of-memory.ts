import { LonghandError } from '../../workflows/errors.ts';

/**
 * The disguises of memory that ran out, in ONNX Runtime, CUDA, the C++ library and the kernel. `invalid device
 * ordinal` and `not initialized` are what a starved card answers when a context or a handle does not fit. cuBLAS is
 * quoted by its words or by the name of its status.
 */
const DISGUISES =
  /out of memory|failed to allocate memory|bfcarena|cublas.*the (?:resource allocation failed|library was not initialized)|cu(?:blas|dnn)_status_(?:\w*alloc(?:ation)?_failed|not_initialized)|bad_?alloc|invalid device ordinal|fatal process oom|\benomem\b|cannot allocate memory|failed to map segment|array buffer allocation failed/i;

/** Whether a message of a library or a dying process means that memory ran out. */
export function saysOutOfMemory(message: string): boolean {
  return DISGUISES.test(message);
}

/** Whether what was thrown means that memory ran out. */
export function outOfMemory(error: unknown): boolean {
  if (error instanceof LonghandError) return error.code === 'LH_OUT_OF_MEMORY';
  return saysOutOfMemory(error instanceof Error ? error.message : String(error));
}
