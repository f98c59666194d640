import { describe, expect, it } from 'vitest';
import { Bench, fp32, int8 } from './bench.ts';

describe('EngineRunner', () => {
  it('encodes windows one by one and decodes them together, up to the batch size', async () => {
    const bench = new Bench();
    for (let count = 0; count < 6; count++) bench.submit();
    await bench.settle();
    expect(bench.log).toEqual([
      'load int8',
      ...['encode 0', 'encode 1', 'encode 2', 'encode 3', 'decode 0 1 2 3'],
      ...['encode 4', 'encode 5', 'decode 4 5'],
    ]);
    expect([...bench.texts()]).toEqual([0, 1, 2, 3, 4, 5].map((id) => [id, `window ${id}`]));
  });

  it('takes into a batch what arrives while it is encoded', async () => {
    let arrived = false;
    const bench: Bench = new Bench({
      encode: () => {
        if (!arrived) bench.submit();
        arrived = true;
      },
    });
    bench.submit();
    await bench.settle();
    expect(bench.log).toEqual(['load int8', 'encode 0', 'encode 1', 'decode 0 1']);
  });

  it('waits a moment for what is on its way before it decodes less than a batch', async () => {
    let arrived = false;
    const bench: Bench = new Bench({
      encode: () => {
        if (!arrived) setTimeout(() => bench.submit(), 5);
        arrived = true;
      },
    });
    bench.submit();
    await bench.settle();
    expect(bench.log).toEqual(['load int8', 'encode 0', 'encode 1', 'decode 0 1']);
  });

  it('runs again after it was idle', async () => {
    const bench = new Bench();
    bench.submit();
    await bench.settle();
    bench.submit();
    await bench.settle();
    expect([...bench.texts().keys()]).toEqual([0, 1]);
  });

  it('never encodes a window cancelled while it waits', async () => {
    const bench = new Bench();
    bench.submit();
    bench.runner.cancel(bench.submit());
    await bench.settle(1);
    expect(bench.log).toEqual(['load int8', 'encode 0', 'decode 0']);
    expect(bench.answered()).toEqual([0]);
  });

  it('never decodes a window cancelled after the encoder', async () => {
    const bench = new Bench();
    bench.cancelAt('encode 1', 0);
    bench.submit();
    bench.submit();
    await bench.settle(1);
    expect(bench.log).toEqual(['load int8', 'encode 0', 'encode 1', 'decode 1']);
    expect(bench.answered()).toEqual([1]);
  });

  it('goes on when the whole batch was cancelled', async () => {
    const bench = new Bench();
    bench.cancelAt('encode 0', 0);
    bench.submit();
    await bench.settle(1);
    expect(bench.log).toEqual(['load int8', 'encode 0']);
    bench.submit();
    await bench.settle(1);
    expect(bench.answered()).toEqual([1]);
  });

  it('fills runs on a CPU in 16 bits alone', async () => {
    const fills: number[] = [];
    const bench = new Bench({ decode: (_, fill) => fills.push(fill) });
    for (const precision of ['int8', 'fp32', 'fp16'] as const) bench.submit({ ...int8, precision });
    await bench.settle();
    expect(fills).toEqual([1, 1, 4]);
  });

  it('keeps one model resident, and batches only windows of one model', async () => {
    const bench = new Bench();
    for (const model of [int8, fp32, int8]) bench.submit(model);
    await bench.settle();
    expect(bench.log).toEqual([
      ...['load int8', 'encode 0', 'encode 2', 'decode 0 2'],
      ...['dispose', 'load fp32', 'encode 1', 'decode 1'],
    ]);
    expect(bench.open).toBe(1);
  });

  it('makes no model wait for more than a batch of another, however many of its windows keep coming', async () => {
    const bench: Bench = new Bench({
      encode: (window) => {
        if (window < 50) bench.submit(int8);
      },
    });
    for (const model of [int8, fp32, int8, int8, int8, int8]) bench.submit(model);
    await bench.settle();
    const decoded = bench.log.filter((entry) => entry.startsWith('decode'));
    expect(decoded.slice(0, 2)).toEqual(['decode 0 2 3 4', 'decode 1']);
  });

  it('gives a sign of life after each blocking step', async () => {
    const bench = new Bench();
    bench.submit();
    bench.submit();
    await bench.settle();
    const types = bench.sent.map(({ type }) => type).filter((type) => type !== 'state');
    expect(types).toEqual(['alive', 'alive', 'alive', 'batch', 'result', 'result']);
  });

  it('tells of each batch how many windows it had, and how many it could have had', async () => {
    const bench = new Bench({
      decode: (windows) => {
        if (windows.length === 3) throw new Error('bad_alloc');
      },
    });
    for (let window = 0; window < 3; window++) bench.submit();
    await bench.settle();
    const batches = bench.sent.flatMap((message) => (message.type === 'batch' ? [message.batch] : []));
    expect(batches.map(({ precision, rows, room }) => [precision, rows, room])).toEqual([
      ['int8', 2, 4],
      ['int8', 1, 4],
    ]);
    for (const { took } of batches) expect(took).toBeGreaterThan(0);
    // What a batch took is parted among its windows.
    const [two, one] = batches.map(({ took }) => took) as [number, number];
    expect(bench.costs().map(({ took }) => took)).toEqual([two / 2, two / 2, one]);
    expect(bench.costs()[0]).toMatchObject({ precision: 'int8', samples: 2 });
  });

  it('says of each window when its model is loaded for it, and its encoding and its decoding begin', async () => {
    const bench = new Bench();
    bench.submit();
    bench.submit();
    await bench.settle();
    const states = bench.sent.flatMap((message) => (message.type === 'state' ? [message] : []));
    expect(states.map(({ id, state }) => `${id} ${state}`)).toEqual([
      '0 loading',
      '0 encoding',
      '1 encoding',
      '0 decoding',
      '1 decoding',
    ]);
  });

  it('warms up on silence before any request, and keeps the session', async () => {
    const bench = new Bench();
    const warmup = await bench.runner.warmUp(int8);
    expect(warmup.load).toBeGreaterThanOrEqual(0);
    expect(warmup.first).toBeGreaterThan(0);
    expect(warmup.window).toBeGreaterThan(0);
    expect(bench.log).toEqual(['load int8', 'encode 0', 'decode 0', 'encode 0', 'decode 0']);
    bench.submit();
    await bench.settle();
    expect(bench.log.slice(5)).toEqual(['encode 0', 'decode 0']);
  });

  it('releases its session when disposed', async () => {
    const bench = new Bench();
    await bench.runner.warmUp(int8);
    bench.runner[Symbol.dispose]();
    expect(bench.open).toBe(0);
  });
});
