import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineModel, Window } from '../../../models/engine/protocol.ts';
import { Device, enginesOf, standardLayout } from '../../../workers/device.ts';
import { KeptEngine } from '../../../workers/kept-engine.ts';
import { kill } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import { realModel } from '../../support/real-model.ts';
import { isAlive, realWindows, SETTINGS } from './bench.ts';

const LIMIT = 120_000;

let model: EngineModel;
let windows: readonly Window[];
let window: Window;

beforeAll(async () => {
  model = await realModel();
  windows = realWindows(model, 5);
  window = windows[0]!;
}, LIMIT);

describe('a kept engine', { timeout: LIMIT }, () => {
  const { signal } = new AbortController();

  it('starts its engine again each time it dies', async () => {
    await using engine = await KeptEngine.start(SETTINGS, model);
    const first = await engine.transcribe(window, signal);
    for (let death = 0; death < 2; death++) {
      const pid = engine.pid ?? 0;
      const pending = engine.transcribe(window, signal);
      // The window is with the engine once a turn of the loop has passed.
      await new Promise(setImmediate);
      process.kill(pid, 'SIGKILL');
      await expect(pending).rejects.toMatchObject({ code: 'LH_ENGINE_DIED' });
      await until(() => engine.pid !== pid, 'Expected another engine');
      expect(await engine.transcribe(window, signal)).toEqual(first);
    }
  });

  it('lets go of a window that is cancelled while an engine starts', async () => {
    await using engine = await KeptEngine.start(SETTINGS, model);
    const pid = engine.pid!;
    process.kill(pid, 'SIGKILL');
    const next = await until(() => engine.pid !== pid && engine.pid, 'Expected another engine');
    // It will not be ready by itself.
    process.kill(next, 'SIGSTOP');
    const cancelled = new AbortController();
    const pending = engine.transcribe(window, cancelled.signal);
    cancelled.abort(new Error('no longer wanted'));
    await expect(pending).rejects.toThrow('no longer wanted');
    process.kill(next, 'SIGCONT');
  });

  it('is starting, not silent, while the next one says nothing, and failing once that was killed for it', async () => {
    const deadlines = { start: LIMIT, step: () => LIMIT };
    await using engine = await KeptEngine.start(SETTINGS, model, { deadlines });
    const pid = engine.pid!;
    deadlines.start = 3000;
    process.kill(pid, 'SIGKILL');
    const next = await until(() => engine.pid !== pid && engine.pid, 'Expected another engine');
    process.kill(next, 'SIGSTOP');
    const states = new Set<string>();
    await until(() => states.add(engine.state).has('failing'), 'Expected the start to fail');
    expect([...states]).toEqual(['starting', 'failing']);
  });

  it('gives up when engines die one after the other before they are ready', async () => {
    const ends: string[] = [];
    await using engine = await KeptEngine.start(SETTINGS, model, { onEnd: (code) => ends.push(code) });
    expect(engine.state).toBe('ready');
    const killer = setInterval(() => engine.pid && kill(engine.pid), 20);
    await expect(engine.failed)
      .rejects.toMatchObject({ code: 'LH_ENGINE_DIED' })
      .finally(() => clearInterval(killer));
    expect(engine.state).toBe('failing');
    // The one that was ready, and three that were not.
    expect(ends).toEqual(Array(4).fill('LH_ENGINE_DIED'));
  });

  it('does not start where the model cannot be loaded', async () => {
    const broken = { ...model, graphs: `${model.graphs}/none` };
    await expect(KeptEngine.start(SETTINGS, broken)).rejects.toMatchObject({ code: 'LH_MODEL_INVALID' });
  });

  it('leaves no engine when it is disposed of, also while one starts again', async () => {
    const engine = await KeptEngine.start(SETTINGS, model);
    const first = engine.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await until(() => !isAlive(first), 'Expected the engine to be gone');
    await engine[Symbol.asyncDispose]();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(isAlive(engine.pid ?? first)).toBe(false);
  });
});

describe('a device', { timeout: LIMIT }, () => {
  const { signal } = new AbortController();

  it('says the same of a window with any number of engines, threads and rows in a batch', async () => {
    const said = new Set<string>();
    for (const [threads, batch, count] of [
      [2, 8, 1],
      [1, 2, 2],
      [1, 1, 4],
    ] as const) {
      const settings = Array.from({ length: count }, () => ({ ...SETTINGS, threads, batch }));
      await using device = await Device.start(settings, model);
      const order = count === 2 ? windows.toReversed() : windows;
      const results = await Promise.all(order.map((each) => device.transcribe(each, signal)));
      said.add(JSON.stringify(count === 2 ? results.reverse() : results));
    }
    expect(said.size).toBe(1);
  });

  it('starts no engine where one cannot start', async () => {
    const broken = { ...SETTINGS, device: 'cuda:99' } as const;
    await expect(Device.start([SETTINGS, broken], model)).rejects.toMatchObject({
      code: 'LH_DEVICE_MISSING',
    });
  });

  it('has two engines on a CPU, which share its threads, and one on a card', () => {
    const half = { device: 'cpu', threads: 4, batch: 6 };
    expect(enginesOf('cpu', standardLayout('cpu', 8))).toEqual([half, half]);
    expect(enginesOf('cpu', standardLayout('cpu', 1))).toEqual([{ ...half, threads: 1 }]);
    expect(enginesOf('cuda:1', standardLayout('cuda:1', 8))).toEqual([
      { device: 'cuda:1', threads: 8, batch: 8 },
    ]);
  });

  it('gives each engine of a CPU its share of a limit of memory', () => {
    expect(enginesOf('cpu', standardLayout('cpu', 8), 3e9).map(({ memory }) => memory)).toEqual([
      1.5e9, 1.5e9,
    ]);
    expect(enginesOf('cpu', standardLayout('cpu', 1), 3e9).map(({ memory }) => memory)).toEqual([3e9]);
  });
});
