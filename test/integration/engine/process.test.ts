import { beforeAll, describe, expect, it } from 'vitest';
import { EngineProcess } from '../../../models/engine/process.ts';
import type { EngineModel, Window } from '../../../models/engine/protocol.ts';
import type { WindowResult } from '../../../models/whisper/session.ts';
import { realModel } from '../../support/real-model.ts';
import {
  freeMemory,
  isAlive,
  limitMemory,
  realWindows,
  residentMemory,
  sameGraphsElsewhere,
  SETTINGS,
  startEngine,
} from './bench.ts';
import { expectTextsOrNoMemory } from './expect-texts.ts';

const LIMIT = 240_000;
const MB = 2 ** 20;

let model: EngineModel;
let windows: readonly Window[];
/** What an engine says of each window that it is given alone. */
const alone: WindowResult[] = [];

beforeAll(async () => {
  model = await realModel();
  windows = realWindows(model, 10);
  await using engine = await startEngine(model);
  for (const window of windows) alone.push(await engine.submit(window));
}, LIMIT);

describe('an engine process', { timeout: LIMIT }, () => {
  it('says of windows together, bit for bit, what it says of each alone', async () => {
    await using engine = await startEngine(model);
    await using other = await sameGraphsElsewhere(model);
    const states: string[] = [];
    // Windows come one by one: these arrive while the engine loads another model and runs a window on it.
    const before = engine.submit({ ...windows[0]!, model: other.model });
    const together = await Promise.all(
      windows.map((window, index) =>
        engine.submit(window, undefined, (state) => states.push(`${index} ${state}`)),
      ),
    );
    const batch = [...Array(8).keys()];
    expect(states.slice(0, 17)).toEqual([
      '0 loading',
      ...batch.map((index) => `${index} encoding`),
      ...batch.map((index) => `${index} decoding`),
    ]);
    expect(await before).toEqual(alone[0]);
    expect(alone[0]?.segments.map(({ text }) => text).join(' ')).toContain('what your country can do');
    expect(JSON.stringify(together)).toBe(JSON.stringify(alone));
  });

  it('rejects all that is pending when it is killed, and all that comes later', async () => {
    await using engine = await startEngine(model);
    const pending = windows.map((window) => engine.submit(window));
    process.kill(engine.pid ?? 0, 'SIGKILL');
    for (const outcome of await Promise.allSettled(pending)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'LH_ENGINE_DIED' } });
    }
    await expect(engine.submit(windows[0]!)).rejects.toMatchObject({ code: 'LH_ENGINE_DIED' });
  });

  it('is killed when it gives no sign of life within its deadline', async () => {
    await using engine = await startEngine(model, { start: LIMIT, step: () => 1000 });
    const pid = engine.pid ?? 0;
    const pending = Promise.allSettled(windows.map((window) => engine.submit(window)));
    process.kill(pid, 'SIGSTOP');
    for (const outcome of await pending) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'LH_ENGINE_HUNG' } });
    }
    expect(isAlive(pid)).toBe(false);
  });

  it('is killed when it does not start within its deadline', async () => {
    const engine = new EngineProcess(SETTINGS, model, { deadlines: { start: 1000, step: () => LIMIT } });
    process.kill(engine.pid ?? 0, 'SIGSTOP');
    await expect(engine.ready).rejects.toMatchObject({ code: 'LH_ENGINE_HUNG' });
  });

  it('says so when its CUDA card or the libraries for it are not there', async () => {
    const engine = new EngineProcess({ ...SETTINGS, device: 'cuda:99' }, model);
    await expect(engine.ready).rejects.toMatchObject({ code: 'LH_DEVICE_MISSING' });
    await expect(engine.ended).resolves.toMatchObject({ code: 'LH_DEVICE_MISSING' });
  });

  it('says so when it dies before it is ready', async () => {
    const engine = new EngineProcess(SETTINGS, { ...model, graphs: `${model.graphs}/none` });
    await expect(engine.ready).rejects.toMatchObject({ code: 'LH_MODEL_INVALID' });
    await expect(engine.ended).resolves.toMatchObject({ code: 'LH_MODEL_INVALID' });
  });

  it('drops a window whose signal fires, and runs the others', async () => {
    await using engine = await startEngine(model);
    const controller = new AbortController();
    const dropped = windows.slice(1).map((window) => engine.submit(window, controller.signal));
    const kept = engine.submit(windows[0]!);
    const reason = new Error('cancelled');
    controller.abort(reason);
    for (const outcome of await Promise.allSettled(dropped)) {
      expect(outcome).toEqual({ status: 'rejected', reason });
    }
    expect(await kept).toEqual(alone[0]);
    await expect(engine.submit(windows[0]!, controller.signal)).rejects.toBe(reason);
  });

  it.each([
    ['no samples', () => new Int16Array()],
    ['more than 30 s', () => new Int16Array(30 * 16_000 + 1)],
  ])('refuses %s, and takes the next window', async (_, samples) => {
    await using engine = await startEngine(model);
    const refused = engine.submit({ model, pcm: samples(), decode: { language: 'auto' } });
    await expect(refused).rejects.toMatchObject({ code: 'LH_ENGINE_INPUT' });
    expect(await engine.submit(windows[0]!)).toEqual(alone[0]);
  });

  it('refuses a language that the model does not know without harm to the others of its batch', async () => {
    await using engine = await startEngine(model);
    const [refused, kept] = await Promise.allSettled([
      engine.submit({ ...windows[0]!, decode: { language: 'tlh' } }),
      engine.submit(windows[1]!),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'LH_LANGUAGE_UNKNOWN' } });
    expect(kept).toEqual({ status: 'fulfilled', value: alone[1] });
  });

  it('leaves no process when it is disposed of', async () => {
    const engine = await startEngine(model);
    const pid = engine.pid ?? 0;
    expect(isAlive(pid)).toBe(true);
    await engine[Symbol.asyncDispose]();
    expect(isAlive(pid)).toBe(false);
  });
});

describe('an engine process short of memory', { timeout: LIMIT }, () => {
  it('says so when its model does not fit', async () => {
    await using engine = new EngineProcess(SETTINGS, model, {
      deadlines: { start: 30_000, step: () => LIMIT },
    });
    limitMemory(engine.pid ?? 0, 200 * MB);
    // Where the process dies while it loads decides whether its last words name memory.
    await expect(engine.ready).rejects.toMatchObject({
      code: expect.stringMatching(/^LH_(OUT_OF_MEMORY|ENGINE_DIED)$/) as unknown,
    });
  });

  it('falls from fp32, which does not fit, to int8, and recovers', async () => {
    const [first] = windows as [Window];
    const above = { ...first, model: await realModel('fp32') };
    await using engine = await startEngine(model);
    const pid = engine.pid ?? 0;
    expect(await engine.submit(first)).toEqual(alone[0]);
    const held = residentMemory(pid);

    limitMemory(pid, 64 * MB);
    await expect(engine.submit(above)).rejects.toMatchObject({ code: 'LH_OUT_OF_MEMORY' });
    expect(await engine.submit(first)).toEqual(alone[0]);

    freeMemory(pid);
    const text = ({ segments }: WindowResult) => segments.map((segment) => segment.text).join(' ');
    expect(text(await engine.submit(above))).toContain('what your country can do');
    const heldAbove = residentMemory(pid);
    expect(heldAbove).toBeGreaterThan(held + 200 * MB);
    expect(await engine.submit(first)).toEqual(alone[0]);
    // The library's allocator keeps some of what it is given back.
    expect(residentMemory(pid)).toBeLessThan(held + 0.5 * (heldAbove - held));

    // A later death has nothing to do with the memory that ran out before.
    const pending = engine.submit(first);
    process.kill(pid, 'SIGKILL');
    await expect(pending).rejects.toMatchObject({ code: 'LH_ENGINE_DIED' });
  });

  it.each([0, 64])('with %i MB left, answers every window: its text, or lack of memory', async (left) => {
    await using engine = await startEngine(model);
    limitMemory(engine.pid ?? 0, left * MB);
    await expectTextsOrNoMemory(engine, windows, alone);
  });
});
