import { describe, expect, it } from 'vitest';
import { classifyDeath, oomKillCount, type Death } from '../../../models/engine/death.ts';
import { saysOutOfMemory } from '../../../models/engine/out-of-memory.ts';

const death = (end: Partial<Death>): Death => ({
  exitCode: null,
  signal: null,
  stderr: '',
  hung: false,
  oomKills: 0,
  ...end,
});

describe('saysOutOfMemory', () => {
  it.each([
    'CUDA error: out of memory',
    'Failed to allocate memory for requested buffer of size 47185920',
    'onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Available memory of 0 is smaller than requested',
    'CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0',
    'CUBLAS failure 3: the resource allocation failed ; GPU=0 ; expr=cublasCreate(&cublas_handle_);',
    'CUBLAS failure 1: the library was not initialized ; GPU=0',
    'CUDNN failure 4: CUDNN_STATUS_ALLOC_FAILED ; GPU=0',
    'CUDNN failure 4004: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED ; GPU=0',
    'CUBLAS failure 1: CUBLAS_STATUS_NOT_INITIALIZED ; GPU=0',
    "terminate called after throwing an instance of 'std::bad_alloc'",
    'CUDA failure 101: invalid device ordinal ; GPU=0',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    'RangeError: Array buffer allocation failed',
    'mmap failed: Cannot allocate memory',
  ])('knows %j', (message) => {
    expect(saysOutOfMemory(message)).toBe(true);
  });

  it.each([
    '',
    'Invalid rank for input: mel Got: 2 Expected: 3',
    'CUDNN_STATUS_EXECUTION_FAILED',
    'Segmentation fault',
    'Error: Cannot find module',
  ])('does not take %j for it', (message) => {
    expect(saysOutOfMemory(message)).toBe(false);
  });
});

describe('classifyDeath', () => {
  it.each([
    ['a kill by its own watchdog', death({ signal: 'SIGKILL', hung: true, oomKills: 1 }), 'LH_ENGINE_HUNG'],
    ['a kill by the kernel for memory', death({ signal: 'SIGKILL', oomKills: 1 }), 'LH_OUT_OF_MEMORY'],
    ['a kill by hand', death({ signal: 'SIGKILL' }), 'LH_ENGINE_DIED'],
    ['an abort for memory', death({ signal: 'SIGABRT', stderr: 'std::bad_alloc' }), 'LH_OUT_OF_MEMORY'],
    ['a crash while others ran out of memory', death({ signal: 'SIGSEGV', oomKills: 1 }), 'LH_ENGINE_DIED'],
    ['an exit that says memory', death({ exitCode: 134, stderr: 'heap out of memory' }), 'LH_OUT_OF_MEMORY'],
    ['an exit', death({ exitCode: 1, stderr: 'Error: x' }), 'LH_ENGINE_DIED'],
  ])('names %s', (_, end, code) => {
    expect(classifyDeath(end).code).toBe(code);
  });

  it('says how the engine ended, and keeps its last words', () => {
    expect(classifyDeath(death({ signal: 'SIGSEGV', stderr: 'boom' }))).toMatchObject({
      message: expect.stringContaining('SIGSEGV') as string,
      details: { stderr: 'boom' },
    });
    expect(classifyDeath(death({ exitCode: 3 })).message).toContain('exit status 3');
  });
});

describe('oomKillCount', () => {
  it('is a count, on any system', () => {
    expect(oomKillCount()).toBeGreaterThanOrEqual(0);
    expect(Number.isInteger(oomKillCount())).toBe(true);
  });
});
