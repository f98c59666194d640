/** What the governor of a device asks of a runner. */
import { describe, expect, it } from 'vitest';
import { MemoryBound } from '../../../models/engine/memory-bound.ts';
import { Bench, fp32, int8 } from './bench.ts';

const decoded = ({ log }: Bench) => log.filter((entry) => entry.startsWith('decode'));

describe('a limit of the batch', () => {
  it('holds for the next batch, and cuts none that is begun', async () => {
    const bench: Bench = new Bench({ encode: (window) => window === 1 && bench.runner.limit(2) });
    for (let count = 0; count < 7; count++) bench.submit();
    await bench.settle();
    expect(decoded(bench)).toEqual(['decode 0 1 2 3', 'decode 4 5', 'decode 6']);
  });

  it('bounds what is decoded again, and the rows that a run is filled up to', async () => {
    const fills: number[] = [];
    const bench: Bench = new Bench(
      {
        decode: (_, fill) => {
          fills.push(fill);
          bench.runner.limit(2);
        },
        hear: (_, temperature) => (temperature === 0 ? { averageLogProbability: -2 } : {}),
      },
      4,
      'cuda:0',
    );
    for (let count = 0; count < 4; count++) bench.submit();
    await bench.settle();
    expect(decoded(bench)).toEqual(['decode 0 1 2 3', 'decode 0@0.2 1@0.2', 'decode 2@0.2 3@0.2']);
    expect(fills).toEqual([4, 2, 2]);
  });
});

describe('a release', () => {
  it('is done at once where nothing runs, and the next window loads the model again', async () => {
    const bench = new Bench();
    await bench.runner.warmUp(int8);
    bench.runner.release();
    expect(bench.open).toBe(0);
    bench.submit();
    await bench.settle();
    expect(bench.log.slice(5)).toEqual(['dispose', 'load int8', 'encode 0', 'decode 0']);
    expect([...bench.texts().keys()]).toEqual([0]);
  });

  it('waits until nothing is left to do, for what waits may not get the room again', async () => {
    const bench: Bench = new Bench({ encode: (window) => window === 0 && bench.runner.release() }, 2);
    for (let count = 0; count < 5; count++) bench.submit();
    await bench.settle();
    expect(bench.log).toEqual([
      ...['load int8', 'encode 0', 'encode 1', 'decode 0 1', 'encode 2', 'encode 3', 'decode 2 3'],
      ...['encode 4', 'decode 4', 'dispose'],
    ]);
    expect(bench.texts().size).toBe(5);
  });

  it('is done behind the last batch', async () => {
    const bench: Bench = new Bench({ decode: () => bench.runner.release() });
    bench.submit();
    await bench.settle();
    expect(bench.log).toEqual(['load int8', 'encode 0', 'decode 0', 'dispose']);
  });
});

it('what was given back has its room the next time that it is loaded, and no later time', async () => {
  let free = 1000;
  const needs = { load: 100, encode: 1, row: 1 };
  const sources = { held: () => 0, free: () => free, guess: () => needs };
  const bench = new Bench({}, 4, 'cpu', new MemoryBound(Infinity, sources));
  const said = async (model: typeof int8) => {
    const id = bench.submit(model);
    await bench.settle();
    return bench.failures().get(id) ?? bench.texts().get(id);
  };
  await bench.runner.warmUp(int8);
  bench.runner.release();
  free = 20;
  expect(await said(int8)).toBe('window 0');
  free = 1000;
  expect(await said(fp32)).toBe('window 1');
  free = 20;
  expect(await said(int8)).toBe('LH_OUT_OF_MEMORY');
});

describe('another warm-up', () => {
  it('loads what was released, before the windows that come meanwhile', async () => {
    const bench = new Bench();
    await bench.runner.warmUp(int8);
    bench.runner.release();
    const again = bench.runner.warmUpAgain(int8);
    bench.submit();
    expect((await again)?.window).toBeGreaterThan(0);
    await bench.settle();
    const warm = ['load int8', 'encode 0', 'decode 0', 'encode 0', 'decode 0'];
    expect(bench.log).toEqual([...warm, 'dispose', ...warm, 'encode 0', 'decode 0']);
  });

  it('is not done where the model is loaded, or a batch runs', async () => {
    const bench = new Bench();
    await bench.runner.warmUp(int8);
    expect(await bench.runner.warmUpAgain(int8)).toBeNull();
    bench.runner.release();
    bench.submit();
    expect(await bench.runner.warmUpAgain(int8)).toBeNull();
    await bench.settle();
    expect(bench.texts().size).toBe(1);
  });

  it('that fails for lack of memory leaves the runner at work', async () => {
    let loads = 0;
    const bench = new Bench({
      load: () => {
        loads += 1;
        if (loads === 2) throw new Error('bad_alloc');
      },
    });
    await bench.runner.warmUp(int8);
    bench.runner.release();
    await expect(bench.runner.warmUpAgain(int8)).rejects.toThrow('bad_alloc');
    bench.submit();
    await bench.settle();
    expect(bench.texts().size).toBe(1);
  });
});

describe('what a warm-up measures of memory', () => {
  it('on a card is what the driver says: the model, and a row of the full batch, all of which fit', async () => {
    const fills: number[] = [];
    const bench = new Bench({ decode: (_, fill) => fills.push(fill) }, 8, 'cuda:0');
    const held = () => Promise.resolve(fills.length === 0 ? 1000 : 1800);
    const { memory } = await bench.runner.warmUp(int8, held);
    expect(memory).toEqual({ held: 1000, row: 100, most: 8 });
    expect(fills).toEqual([8, 8]);
  });

  it('on a card that does not hold the full batch is what it does hold', async () => {
    const bench = new Bench(
      {
        decode: (_, fill) => {
          if (fill > 4) throw new Error('CUDA failure 2: out of memory');
        },
      },
      8,
      'cuda:0',
    );
    expect((await bench.runner.warmUp(int8)).memory.most).toBe(4);
  });

  it('fails where not one window fits', async () => {
    const decode = () => {
      throw new Error('CUDA failure 2: out of memory');
    };
    await expect(new Bench({ decode }, 8, 'cuda:0').runner.warmUp(int8)).rejects.toThrow('out of memory');
  });
});
