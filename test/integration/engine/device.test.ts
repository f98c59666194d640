import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineModel, Window } from '../../../models/engine/protocol.ts';
import { Device } from '../../../workers/device.ts';
import { kill } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import { isAlive, realModel, realWindows, SETTINGS } from './bench.ts';

const LIMIT = 120_000;

let model: EngineModel;
let window: Window;

beforeAll(async () => {
  model = await realModel();
  [window] = realWindows(model, 1) as [Window];
}, LIMIT);

describe('a device', { timeout: LIMIT }, () => {
  const { signal } = new AbortController();

  it('starts its engine again each time it dies', async () => {
    await using device = await Device.start(SETTINGS, model);
    const first = await device.transcribe(window, signal);
    for (let death = 0; death < 2; death++) {
      const pid = device.enginePid ?? 0;
      const pending = device.transcribe(window, signal);
      // The window is with the engine once a turn of the loop has passed.
      await new Promise(setImmediate);
      process.kill(pid, 'SIGKILL');
      await expect(pending).rejects.toMatchObject({ code: 'LH_ENGINE_DIED' });
      await until(() => device.enginePid !== pid, 'Expected another engine');
      expect(await device.transcribe(window, signal)).toEqual(first);
    }
  });

  it('gives up when engines die one after the other before they are ready', async () => {
    await using device = await Device.start(SETTINGS, model);
    const killer = setInterval(() => device.enginePid && kill(device.enginePid), 20);
    await expect(device.failed)
      .rejects.toMatchObject({ code: 'LH_ENGINE_DIED' })
      .finally(() => clearInterval(killer));
  });

  it('does not start where the model cannot be loaded', async () => {
    const broken = { ...model, graphs: `${model.graphs}/none` };
    await expect(Device.start(SETTINGS, broken)).rejects.toMatchObject({ code: 'LH_MODEL_INVALID' });
  });

  it('leaves no engine when it is disposed of, also while one starts again', async () => {
    const device = await Device.start(SETTINGS, model);
    const first = device.enginePid ?? 0;
    process.kill(first, 'SIGKILL');
    await until(() => !isAlive(first), 'Expected the engine to be gone');
    await device[Symbol.asyncDispose]();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(isAlive(device.enginePid ?? first)).toBe(false);
  });
});
