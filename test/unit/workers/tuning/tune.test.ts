import { describe, expect, it, vi } from 'vitest';
import type { Device } from '../../../../models/whisper/device.ts';
import type { Layout } from '../../../../workers/device.ts';
import { batchesOf, precisionsFor, spreads } from '../../../../workers/tuning/layouts.ts';
import { tune, type Speed } from '../../../../workers/tuning/tune.ts';

/** Tunes a device whose layouts do what `speed` says: × real time, null where one does not fit. */
const tuned = async (speed: (layout: Layout, precision: string) => number | null, device: Device = 'cpu') => {
  const onMeasured = vi.fn();
  const measure = (layout: Layout, precision: string): Promise<Speed | null> => {
    const realTime = speed(layout, precision);
    return Promise.resolve(realTime === null ? null : { realTime, memory: 1e9 });
  };
  const precisions = ['int8', 'fp32'] as const;
  const tuning = await tune({ device, threads: 4, precisions, measure, onMeasured });
  expect(onMeasured.mock.calls.flat()).toEqual(tuning.measured);
  return tuning;
};

describe('what is tried', () => {
  it('spreads the threads of a CPU over ever more engines', () => {
    const spread = (threads: number) => spreads('cpu', threads).map((one) => [one.engines, one.threads]);
    expect(spread(1)).toEqual([[1, 1]]);
    expect(spread(2)).toEqual([
      [1, 2],
      [2, 1],
    ]);
    expect(spread(6)).toEqual([
      [1, 6],
      [2, 3],
      [4, 1],
      [6, 1],
    ]);
    expect(spread(16).at(-1)).toEqual([16, 1]);
  });

  it('leaves a card its one engine, and the two sizes that its governor has', () => {
    const card = spreads('cuda:1', 16);
    expect(card).toEqual([
      { engines: 1, threads: 16, batch: 8 },
      { engines: 1, threads: 8, batch: 8 },
    ]);
    expect(batchesOf('cuda:1', card[0]!).map(({ batch }) => batch)).toEqual([4, 8]);
  });

  it('begins with the precision that a device runs by itself', () => {
    expect(precisionsFor('cuda:0')).toEqual(['fp16', 'int8-fp16', 'fp32']);
    expect(precisionsFor('cpu')[0]).toMatch(/^int[87]$/);
    expect(new Set(precisionsFor('cpu')).size).toBe(precisionsFor('cpu').length);
  });
});

describe('the best layout', () => {
  it('is the fastest spread with the fastest batch, confirmed beside the standard one', async () => {
    const { best, gain, measured } = await tuned(({ engines, batch }, precision) =>
      precision === 'fp32' ? 5 : (engines === 4 ? 60 : 40) + batch,
    );
    expect(best).toMatchObject({
      engines: 4,
      threads: 1,
      batch: 12,
      precision: 'int8',
      speed: { realTime: 72 },
    });
    expect(gain).toBeCloseTo(72 / 46);
    const tried = measured.map(({ engines, threads, batch, precision }) => [
      engines,
      threads,
      batch,
      precision,
    ]);
    expect(tried).toEqual([
      [2, 2, 6, 'int8'],
      [1, 4, 6, 'int8'],
      [4, 1, 6, 'int8'],
      ...[1, 2, 4, 8, 12].map((batch) => [4, 1, batch, 'int8']),
      [2, 2, 6, 'int8'],
      [4, 1, 12, 'int8'],
      [4, 1, 12, 'fp32'],
    ]);
  });

  it('is the standard one where another is faster by no more than runs differ', async () => {
    const { best, gain } = await tuned(({ engines }) => (engines === 4 ? 104 : 100));
    expect(best).toMatchObject({ engines: 2, threads: 2, batch: 6 });
    expect(gain).toBe(1);
  });

  it('is the standard one where another was faster once', async () => {
    let times = 0;
    const { best, gain } = await tuned(({ engines }) => (engines === 4 && times++ === 0 ? 200 : 100));
    expect(best).toMatchObject({ engines: 2, threads: 2, batch: 6 });
    expect(gain).toBe(1);
  });

  it('is another where the standard one does not fit', async () => {
    const { best, gain } = await tuned(({ engines, batch }) => (engines * batch > 4 ? null : 10 * batch));
    expect(best).toMatchObject({ batch: 4, engines: 1, threads: 4 });
    expect(gain).toBeNull();
  });

  it('is none where nothing fits', async () => {
    await expect(tuned(() => null)).rejects.toMatchObject({ code: 'LH_OUT_OF_MEMORY' });
  });
});
