import { describe, expect, it } from 'vitest';
import { toCoded } from '../../../models/engine/runner.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { Bench, fp32, int8 } from './bench.ts';

const OUT_OF_MEMORY = new Error('Failed to allocate memory for requested buffer of size 8');

describe('an EngineRunner that cannot do all', () => {
  it('halves a batch that does not fit, down to what fits, and answers every window', async () => {
    const bench = new Bench({
      decode: (windows) => {
        if (windows.length > 1) throw OUT_OF_MEMORY;
      },
    });
    for (let count = 0; count < 4; count++) bench.submit();
    await bench.settle();
    expect(bench.log.filter((entry) => entry.startsWith('decode'))).toEqual([
      'decode 0 1 2 3',
      ...['decode 0 1', 'decode 0', 'decode 1'],
      ...['decode 2 3', 'decode 2', 'decode 3'],
    ]);
    expect([...bench.texts().keys()]).toEqual([0, 1, 2, 3]);
  });

  it('fills runs on CUDA up to the batch size, and less where that does not fit', async () => {
    const runs: string[] = [];
    const bench = new Bench(
      {
        decode: (windows, fill) => {
          runs.push(`${windows.join(' ')} of ${fill}`);
          if (fill > 2 || windows.includes(2)) throw fill > 2 ? OUT_OF_MEMORY : new TypeError('x');
        },
      },
      8,
      'cuda:0',
    );
    for (let count = 0; count < 3; count++) bench.submit();
    await bench.settle();
    expect(runs).toEqual(['0 1 2 of 8', '0 1 2 of 4', '0 1 of 2', '2 of 2']);
    expect([...bench.texts().keys()]).toEqual([0, 1]);
    expect([...bench.failures()]).toEqual([[2, 'LH_INTERNAL']]);
  });

  it('fails a window that does not fit alone, gives its memory back, and keeps the others', async () => {
    const bench = new Bench({
      decode: (windows) => {
        if (windows.includes(1)) throw OUT_OF_MEMORY;
      },
    });
    for (let count = 0; count < 3; count++) bench.submit();
    await bench.settle();
    expect([...bench.failures()]).toEqual([[1, 'LH_OUT_OF_MEMORY']]);
    expect([...bench.texts()]).toEqual([
      [0, 'window 0'],
      [2, 'window 2'],
    ]);
    expect(bench.log).toContain('dispose');
    expect(bench.open).toBe(1);
  });

  it.each([
    ['memory', OUT_OF_MEMORY, 'LH_OUT_OF_MEMORY'],
    ['its samples', new LonghandError('LH_ENGINE_INPUT', 'Expected samples'), 'LH_ENGINE_INPUT'],
    ['a defect', new TypeError('x is undefined'), 'LH_INTERNAL'],
  ])('lets a window fail in the encoder for %s without harm to others', async (_, error, code) => {
    const bench = new Bench({
      encode: (window) => {
        if (window === 1) throw error;
      },
    });
    for (let count = 0; count < 3; count++) bench.submit();
    await bench.settle();
    expect([...bench.failures()]).toEqual([[1, code]]);
    expect([...bench.texts().keys()]).toEqual([0, 2]);
  });

  it('fails only the window that breaks its batch', async () => {
    const bench = new Bench({
      decode: (windows) => {
        if (windows.includes(1)) throw new LonghandError('LH_LANGUAGE_UNKNOWN', 'Expected a language');
      },
    });
    for (let count = 0; count < 4; count++) bench.submit();
    await bench.settle();
    expect([...bench.failures()]).toEqual([[1, 'LH_LANGUAGE_UNKNOWN']]);
    expect([...bench.texts().keys()]).toEqual([0, 2, 3]);
  });

  it('fails the windows of a model that cannot be loaded, and no others', async () => {
    const bench = new Bench({
      load: (model) => {
        if (model === fp32) throw new LonghandError('LH_MODEL_INVALID', 'Expected graphs');
      },
    });
    for (const model of [fp32, int8]) bench.submit(model);
    await bench.settle();
    expect([...bench.failures()]).toEqual([[0, 'LH_MODEL_INVALID']]);
    expect([...bench.texts().keys()]).toEqual([1]);
  });
});

describe('toCoded', () => {
  it('keeps codes, knows memory, and takes the rest for a defect', () => {
    expect(toCoded(new LonghandError('LH_ENGINE_INPUT', 'x')).code).toBe('LH_ENGINE_INPUT');
    expect(toCoded(OUT_OF_MEMORY).code).toBe('LH_OUT_OF_MEMORY');
    expect(toCoded('std::bad_alloc').code).toBe('LH_OUT_OF_MEMORY');
    expect(toCoded(new Error('x'))).toMatchObject({ code: 'LH_INTERNAL', message: 'x' });
  });
});
